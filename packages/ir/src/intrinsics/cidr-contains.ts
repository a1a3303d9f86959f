/** Whether a block of IP addresses has an address in it; `undefined` where either is not strictly what it seems. */
export function cidrContains(block: string, address: string): boolean | undefined {
  const [, start = "", size = ""] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(block) ?? [];
  const network = bitsOf(start);
  const asked = bitsOf(address);
  const length = Number(size);
  if (network === undefined || asked === undefined || size === "" || length > network.length)
    return undefined;
  if (network.slice(length).includes("1")) return undefined;
  return network.length === asked.length && network.slice(0, length) === asked.slice(0, length);
}

/** An address as zeros and ones: 32 or 128 of them. */
function bitsOf(text: string): string | undefined {
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) {
    const bytes = text.split(".");
    const areBytes = bytes.every((byte) => String(Number(byte)) === byte && Number(byte) < 256);
    return areBytes ? bytes.map((byte) => binary(Number(byte), 8)).join("") : undefined;
  }
  if (/::.*::|:::/.test(text)) return undefined;
  const [head = "", tail] = text.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(1, 8 - before.length - after.length);
  const groups = [...before, ...new Array<string>(zeros).fill("0"), ...after];
  if (groups.length !== 8 || groups.some((group) => !/^[\da-f]{1,4}$/i.test(group))) return undefined;
  const bits = groups.map((group) => binary(Number.parseInt(group, 16), 16)).join("");
  return /^0{80}1{16}/.test(bits) ? undefined : bits;
}

function binary(number: number, width: number): string {
  return number.toString(2).padStart(width, "0");
}
