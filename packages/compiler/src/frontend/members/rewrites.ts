/** What to write instead of members of the standard library that policies often try, by `Interface.member`. */
export const memberRewrites: ReadonlyMap<string, string> = new Map([
  ["Array.forEach", "use for...of, or some, every, filter and map"],
  ["Array.indexOf", "use includes()"],
  ["Array.join", "compare the items, with some() or every()"],
  ["Math.pow", "write the multiplication out"],
  ["Math.sign", "compare with 0"],
  ["Math.sqrt", "square the other side"],
  ["String.charAt", "use startsWith, or split() at a separator"],
  ["String.indexOf", "use includes(), or split() at the text that is looked for"],
  ["String.match", "use /.../.test(text)"],
  ["String.trimEnd", "use trim()"],
  ["String.trimStart", "use trim()"],
  ["String.slice", "use startsWith, endsWith, or split() at a separator"],
  ["String.at", "use startsWith, or split() at a separator"],
  ["String.substr", "use startsWith, endsWith, or split() at a separator"],
  ["String.substring", "use startsWith, endsWith, or split() at a separator"],
  ["String.toUpperCase", "compare toLowerCase() with a text in lower case"],
]);
