import { cidrContains } from "@forego/dsl";
import fc from "fast-check";

const byte = fc.oneof(fc.constantFrom(0, 1, 10, 127, 128, 172, 192, 254, 255), fc.nat(255));
const group = fc.oneof(fc.constantFrom(0, 0, 0, 1, 0xfc00, 0xfd00, 0xffff, 0x2001), fc.nat(0xffff));
const numbers = fc.oneof(
  fc.tuple(fc.constantFrom(172, 171), fc.constantFrom(15, 16, 17, 31, 32), byte, byte),
  fc.array(byte, { minLength: 4, maxLength: 4 }),
  fc.array(group, { minLength: 8, maxLength: 8 }),
);

/** An address as a text, in one of its spellings. */
function spell(address: readonly number[], style: number): string {
  if (address.length === 4) return address.join(".");
  const groups = address.map((one) => one.toString(16).padStart(style % 2 === 0 ? 1 : 4, "0"));
  const text = style % 3 === 0 ? groups.join(":").toUpperCase() : groups.join(":");
  const short = text.replace(/(?:^|:)(?:0+(?::|$)){1,8}/, "::");
  return style % 5 < 3 ? short : text;
}

/** The first address of a block that an address lies in. */
function mask(address: readonly number[], size: number): readonly number[] {
  const width = address.length === 4 ? 8 : 16;
  return address.map((one, index) => {
    const step = 2 ** (width - Math.max(0, Math.min(width, size - index * width)));
    return one - (one % step);
  });
}

const hostile = fc.constantFrom(
  ...[
    "",
    "1.2.3",
    "1.2.3.4.5",
    "01.2.3.4",
    "256.1.1.1",
    "1.2.3.4 ",
    "0x7f.0.0.1",
    "127.1",
    "1..2.3",
    "1.2.3.\u0661",
  ],
  ...[
    "::",
    "::1",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7::",
    "::2:3:4:5:6:7:8",
    "1::2:3:4:5:6:7:8",
  ],
  ...[
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "::12345",
    "::g",
    "fe80::1%eth0",
    "::ffff:1.2.3.4",
    "::ffff:102:304",
  ],
  ...[
    "::ffff:0:102:304",
    "[::1]",
    ":1",
    "1:",
    "::1:",
    ":1::",
    "FE80::A",
    "0:0:0:0:0:ffff:a00:1",
    "\u212a::",
    "1.2.3.4/8",
  ],
);
const sizes = fc.oneof(
  fc.nat(33).map(String),
  fc.nat(130).map(String),
  fc.constantFrom("", "08", "-1", "8.0", "+8", " 8", "1000", "0x8", "8/8"),
);
const written = fc
  .tuple(numbers, fc.nat(130), fc.nat(30), fc.nat(8), byte)
  .map(([address, size, style, at, other]) => {
    const fits = Math.min(size, address.length === 4 ? 32 : 128);
    const near = address.map((one, index) => (index === at ? other : one));
    return { block: `${spell(mask(address, fits), style)}/${fits}`, address: spell(near, style + 1) };
  });
const broken = fc
  .tuple(fc.oneof(hostile, written), fc.oneof(hostile, written), sizes, fc.boolean())
  .map(([one, other, size, isWhole]) => ({
    block:
      typeof one === "string" || !isWhole
        ? `${typeof one === "string" ? one : one.address}/${size}`
        : one.block,
    address: typeof other === "string" ? other : other.address,
  }));

/** Blocks, and addresses that lie in most of them or just beside them, with what JavaScript makes of them. */
export const blocks = fc.oneof({ weight: 2, arbitrary: written }, broken).map(({ block, address }) => ({
  block,
  address,
  inside: cidrContains(block, address),
  private: cidrContains("172.16.0.0/12", address),
  unique: cidrContains("fc00::/7", address),
}));
