import { asciiLower } from "./ascii-lower.ts";

/** The domain of an e-mail address, in lower case; `undefined` where a text is none. */
export function emailDomain(text: string): string | undefined {
  const [name = "", domain = "", ...rest] = text.split("@");
  const isName = /^[\w'+-]+(?:\.[\w'+-]+)*$/.test(name) && !name.endsWith("'");
  const labels = domain.split(".");
  const top = labels.pop() ?? "";
  const isDomain = labels.length > 0 && labels.every((label) => /^[a-z\d][a-z\d-]*$/i.test(label));
  return rest.length === 0 && isName && isDomain && /^[a-z]{2,}$/i.test(top) ? asciiLower(domain) : undefined;
}
