/** A POSIX path with its `.`, `..` and repeated `/` resolved; `undefined` where that cannot be. */
export function normalPath(text: string): string | undefined {
  const names = namesOf(text);
  if (names === undefined) return undefined;
  return `${text.startsWith("/") ? "/" : ""}${names.join("/")}` || ".";
}

/** Whether a path is a folder, or lies in it; `undefined` where that cannot be told. */
export function isInside(path: string, folder: string): boolean | undefined {
  const inner = namesOf(path);
  const outer = namesOf(folder);
  if (inner === undefined || outer === undefined) return undefined;
  if (path.startsWith("/") !== folder.startsWith("/")) return undefined;
  return outer.every((name, index) => inner[index] === name);
}

/** The names that a path leads through, from where it begins. */
function namesOf(text: string): readonly string[] | undefined {
  const names = text.split("/").filter((name) => name !== "" && name !== ".");
  if (text === "" || /[\0\\]/.test(text) || names.length > 100) return undefined;
  return names.reduce<readonly string[] | undefined>((kept, name) => {
    if (name !== "..") return kept?.concat(name);
    return kept?.length === 0 ? undefined : kept?.slice(0, -1);
  }, []);
}
