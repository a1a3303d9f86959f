import type { IntrinsicName } from "@forego/ir";

/**
 * Texts that a function of the DSL understands, some made of those that a policy names. Of words alone each amount is
 * malformed and each host unknown, so that nothing but that would be seen of the rules that ask for them.
 */
const understood: { readonly [name in IntrinsicName]?: (texts: readonly string[]) => readonly string[] } = {
  cidrContains: (texts) => ["10.1.2.3", "192.0.2.1", "2001:db8::1", ...texts.flatMap(addressOf)],
  emailDomain: (texts) => ["ann@example.com", ...texts.filter(isName).map((name) => `ann@${name}`)],
  isInside: pathsOf,
  normalPath: pathsOf,
  toMinorUnits: () => ["0", "1", "-2", "12.5", "12.50", "1000000"],
  urlHost: urlsOf,
  urlPath: urlsOf,
  urlScheme: urlsOf,
};

/** What {@link understood} knows of the functions that a policy asks. */
export function understoodTexts(asked: Iterable<string>, texts: readonly string[]): readonly string[] {
  return [...asked].flatMap((name) => understood[name as IntrinsicName]?.(texts) ?? []);
}

const isName = (text: string) => /^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/i.test(text);

/** The first address of a block such as `10.0.0.0/8`. */
function addressOf(text: string): readonly string[] {
  const address = /^([0-9a-f.:]+)\/\d+$/i.exec(text)?.[1];
  return address === undefined ? [] : [address];
}

function pathsOf(texts: readonly string[]): readonly string[] {
  const folders = texts.filter((text) => text.startsWith("/"));
  return ["/srv/a", "/srv/../etc", ...folders.flatMap((folder) => [`${folder}/a`, `${folder}/../a`])];
}

function urlsOf(texts: readonly string[]): readonly string[] {
  const hosts = texts.filter(isName).map((name) => `https://${name}/a`);
  const paths = texts.filter((text) => text.startsWith("/")).map((path) => `https://example.com${path}`);
  return ["https://example.com/", "http://a.example/b", ...hosts, ...paths];
}
