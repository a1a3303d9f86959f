/** What to write instead of members of the standard library that policies often try, by `Interface.member`. */
export const memberRewrites: ReadonlyMap<string, string> = new Map([
  ["Array.forEach", "use for...of, or some, every, filter and map"],
  ["Array.indexOf", "use includes()"],
  ["Array.join", "compare the items, with some() or every()"],
  ["Math.pow", "write the multiplication out"],
  ["Math.sign", "compare with 0"],
  ["Math.sqrt", "square the other side"],
  ["String.charAt", "use startsWith or endsWith"],
  ["String.indexOf", "use includes()"],
  ["String.match", "use startsWith, endsWith, includes, or a list of texts"],
  ["String.slice", "use startsWith or endsWith"],
  ["String.split", "use startsWith, endsWith or includes"],
  ["String.substring", "use startsWith or endsWith"],
  ["String.toLowerCase", "list the spellings, or let a fact provider fold the case"],
  ["String.toUpperCase", "list the spellings, or let a fact provider fold the case"],
  ["String.trim", "let a fact provider trim the text"],
]);
