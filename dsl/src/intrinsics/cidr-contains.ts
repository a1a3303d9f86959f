/**
 * Whether a block of IP addresses, `10.0.0.0/8` or `2001:db8::/32` (RFC 4632, RFC 4291), has an address in it. It is
 * `undefined` where either is not strictly what it seems:
 *
 * - an IPv4 address is four numbers of 0 to 255 without leading zeros: `127.1`, `0x7f.0.0.1` and `010.0.0.1` are none;
 * - an IPv6 address is eight groups of 1 to 4 hexadecimal digits, with `::` at most once for one of them or more; no
 *   zone (`%eth0`), no dots, and no IPv4 address in disguise (`::ffff:0:0/96`), which a block of IPv4 would not see;
 * - a block has an address, whose bits behind the prefix are zero, and the length of the prefix without leading zeros.
 *
 * Of the two families, no block has an address of the other: that is `false`. Say with `??` what a text that is no
 * address means, such as `cidrContains("10.0.0.0/8", address) ?? true` for a deny.
 */
export function cidrContains(block: string, address: string): boolean | undefined {
  const [start = "", size = "", ...rest] = block.split("/");
  const network = parseAddress(start);
  const asked = parseAddress(address);
  const isSize = rest.length === 0 && /^(?:0|[1-9]\d{0,2})$/.test(size);
  if (network === undefined || asked === undefined || !isSize || Number(size) > network.width)
    return undefined;
  const behind = BigInt(network.width - Number(size));
  if ((network.bits >> behind) << behind !== network.bits) return undefined;
  return network.width === asked.width && network.bits >> behind === asked.bits >> behind;
}

function parseAddress(text: string): { readonly bits: bigint; readonly width: number } | undefined {
  if (!text.includes(":")) {
    const bytes = text.split(".");
    const areBytes = bytes.every((byte) => /^(?:0|[1-9]\d{0,2})$/.test(byte) && Number(byte) <= 255);
    return bytes.length === 4 && areBytes ? { bits: joinBits(bytes.map(Number), 8), width: 32 } : undefined;
  }
  const groups = parseGroups(text);
  if (groups === undefined) return undefined;
  const bits = joinBits(groups, 16);
  return bits >> 32n === 0xffffn ? undefined : { bits, width: 128 };
}

/** The eight groups of an IPv6 address. */
function parseGroups(text: string): readonly number[] | undefined {
  const [head = [], tail, ...rest] = text.split("::").map((part) => (part === "" ? [] : part.split(":")));
  const missing = 8 - head.length - (tail ?? []).length;
  if (rest.length > 0 || (tail === undefined ? missing !== 0 : missing < 1)) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => "0"), ...(tail ?? [])];
  const areGroups = groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group));
  return areGroups ? groups.map((group) => Number.parseInt(group, 16)) : undefined;
}

function joinBits(numbers: readonly number[], width: number): bigint {
  return numbers.reduce((bits, number) => (bits << BigInt(width)) | BigInt(number), 0n);
}
