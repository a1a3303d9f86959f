/** A mark, a text, or a number or word of JSON, with the white space before it. */
const token =
  /[ \t\n\r]*(?:(?<mark>[{}[\],:])|(?<text>"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*")|(?<plain>(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[Ee][+-]?\d+)?|true|false|null)(?![\w.])))/y;

/** What may come next: `first` is a value, or the end of a list that is empty; `name` one of an object. */
type Expected = "value" | "first" | "name" | "first name" | "colon" | "rest";

/** Where a text that is not JSON stops being it: the first place that no JSON could have. Lines and columns count from 1. */
export function jsonMistake(text: string): {
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
} {
  const open: string[] = [];
  let expected: Expected | undefined = "value";
  let end = 0;
  for (;;) {
    token.lastIndex = end;
    const found = token.exec(text)?.groups;
    expected = found === undefined ? undefined : after(found, expected, open);
    if (expected === undefined) break;
    end = token.lastIndex;
  }
  const before = text.slice(0, end + (/^\s*/.exec(text.slice(end))?.[0].length ?? 0)).split("\n");
  const column = (before.at(-1)?.length ?? 0) + 1;
  return { line: before.length, column, endColumn: column + 1 };
}

/** What may come behind a token; `undefined` where it may not stand. Keeps what is open. */
function after(
  { mark, text }: Readonly<Record<string, string | undefined>>,
  expected: Expected,
  open: string[],
): Expected | undefined {
  const isValue = expected === "value" || expected === "first";
  const isName = expected === "name" || expected === "first name";
  if (mark === undefined) return isValue ? "rest" : isName && text !== undefined ? "colon" : undefined;
  if (mark === ":") return expected === "colon" ? "value" : undefined;
  if (mark === ",") {
    if (expected !== "rest") return undefined;
    return open.at(-1) === "{" ? "name" : open.at(-1) === "[" ? "value" : undefined;
  }
  if (mark === "{" || mark === "[") {
    if (!isValue) return undefined;
    open.push(mark);
    return mark === "{" ? "first name" : "first";
  }
  const [opened, empty] = mark === "}" ? ["{", "first name"] : ["[", "first"];
  if (open.at(-1) !== opened || (expected !== "rest" && expected !== empty)) return undefined;
  open.pop();
  return "rest";
}
