import { toMinorUnits } from "@forego/dsl";
import fc from "fast-check";

const piece = fc.constantFrom(
  ...[
    "0",
    "0",
    "1",
    "9",
    "12",
    "50",
    "005",
    "999999999999",
    "9007199254740993",
    ".",
    ".",
    "-",
    "+",
    ",",
    " ",
  ],
  ...["e", "E2", "_", "\n", "\u0661", "\uff11", "0x", "Infinity", "NaN", ""],
);
const hostile = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(""));
const plain = fc
  .tuple(fc.constantFrom("", "-"), fc.bigInt(0n, 10n ** 16n), fc.nat(16), fc.stringMatching(/^(\.\d{1,5})?$/))
  .map(([sign, whole, digits, fraction]) => sign + BigInt(String(whole).slice(0, digits) || "0") + fraction);

/** Numbers as texts, most of them, with what JavaScript makes of them. */
export const amounts = fc.oneof(plain, hostile).map((text) => ({
  text,
  whole: toMinorUnits(text, 0),
  cents: toMinorUnits(text, 2),
  mills: toMinorUnits(text, 4),
}));
