/**
 * A POSIX path with its `.`, `..` and repeated `/` resolved, and without a `/` at its end: `"/srv/a/../b/"` becomes
 * `"/srv/b"`; a relative path that leads nowhere else is `"."`. As `path.posix.normalize()` of Node.js, but for the `/` at
 * the end. It is `undefined` for the empty text; where `..` leads out of where the path begins, which POSIX lets a root
 * swallow; where there is a NUL or a `\`; and for a path of more than 100 names.
 *
 * It knows no file system: links, `~` and `%2e` are names like any other, and letters are not folded.
 */
export function normalPath(text: string): string | undefined {
  const names = text.split("/").filter((name) => name !== "" && name !== ".");
  if (text === "" || text.includes("\0") || text.includes("\\") || names.length > 100) return undefined;
  const kept: string[] = [];
  for (const name of names) {
    if (name !== "..") kept.push(name);
    else if (kept.pop() === undefined) return undefined;
  }
  return (text.startsWith("/") ? "/" : "") + kept.join("/") || ".";
}

/**
 * Whether a path is a folder, or lies in it: name by name, with both in the form of `normalPath`, so that `/data-evil`
 * is not inside `/data`. It is `undefined` where either has no such form, and where one begins with `/` and the other
 * does not: that cannot be told. Say with `??` what is then, such as `isInside(path, "/etc") ?? true` for a deny.
 *
 * A folder that is written in the policy is in that form already.
 */
export function isInside(path: string, folder: string): boolean | undefined {
  const inner = normalPath(path);
  const outer = normalPath(folder);
  if (inner === undefined || outer === undefined) return undefined;
  if (inner.startsWith("/") !== outer.startsWith("/")) return undefined;
  return outer === "/" || outer === "." || inner === outer || inner.startsWith(`${outer}/`);
}
