/** About four characters a token, as is usual where no tokenizer is at hand; files are not counted. */
export function estimateTokens(parts: readonly unknown[]): number {
  return Math.ceil(lengthOf(parts) / 4);
}

/**
 * About as long as the value is in JSON. It is a whole conversation, and measured at each turn: nothing is written. Nor
 * does it call itself: what tools answer may be nested as deep as they like.
 */
function lengthOf(value: unknown): number {
  const rest: unknown[] = [value];
  let length = 0;
  while (rest.length > 0) {
    const part = rest.pop();
    if (typeof part === "string") length += part.length + 2;
    else if (typeof part !== "object" || part === null) length += 4;
    else {
      length += 2;
      for (const [name, inside] of fieldsOf(part)) {
        length += name.length + 4;
        rest.push(inside);
      }
    }
  }
  return length;
}

/** The fields that are sent as text: not the bytes of a file. */
function fieldsOf(part: object): readonly (readonly [name: string, value: unknown])[] {
  if (Array.isArray(part)) return part.map((item) => ["", item] as const);
  const isFile = "mediaType" in part;
  return Object.entries(part).filter(([name, value]) => value !== undefined && !(isFile && name === "data"));
}
