const times =
  'use hourAt(), weekdayAt(), before(), after(), minutesBetween() and longerThan() of @forego/dsl on the texts of times: hourAt(args.at, "+00:00")';
const hour = 'use hourAt(time, "+00:00") of @forego/dsl, of the text of the time itself';
const weekday =
  'use weekdayAt(time, "+00:00") of @forego/dsl, of the text of the time itself: 1 for Monday to 7';
/** How to find out whether a list has something twice. */
export const twiceRewrite = "list.some((one) => list.filter((other) => other === one).length > 1)";

const kinds = `how many differ is not counted; whether there is more than one kind (size > 1): list.some((one) => one !== list[0]); whether one is there twice (size < length): ${twiceRewrite}`;
const changed =
  "a text is not rewritten here: compare its parts, split() at what is looked for, or let the caller or a fact provider give it as it is to be compared";
const numbers =
  "declare the field as a number, with int(); of a text that is an amount: toMinorUnits(text, 2) of @forego/dsl";

const places = "use startsWith, endsWith, or split() at a separator";
const order = "ask some() or every() of the items: in what order they stand does not count then";
const pattern = "use /.../.test(text)";
const digits = "write a whole number into a template; compare all others as numbers";
const fromEnd = "read from the end: at(-1), slice(-2)";
const finite = "leave it out: numbers are checked before rules are asked, and are always finite";

/** What to write instead of a table that is asked for any text: it also finds what objects inherit. */
export const tableRewrite =
  "declare the key as z.enum([...]) and write `as const` behind the table, without a type; or move the table to the policy's `data`, as a record";

/** What to write where a default comes behind a test: what that has told of the value is not known of the default. */
export const defaultRewrite =
  'give the default where the value gets its name, and test it then: const size = x ?? 0; return typeof size === "number" && size > 3';

/** What to write instead of functions and classes of the standard library that policies often try, by name. */
export const globalRewrites: ReadonlyMap<string, string> = new Map([
  ["Boolean", 'say what is meant: !== "", !== undefined, > 0; such as filter((one) => one !== "")'],
  ["Date", times],
  [
    "Infinity",
    "no number is infinite here: say what holds where there is no bound: max === null || n <= max",
  ],
  ["isFinite", finite],
  ["isNaN", finite],
  ["NaN", finite],
  ["Number", numbers],
  ["parseFloat", numbers],
  ["parseInt", numbers],
  ["String", digits],
]);

/** What to write instead of members of the standard library that policies often try, by `Interface.member`. */
export const memberRewrites: ReadonlyMap<string, string> = new Map([
  [
    "ArrayConstructor.isArray",
    'of a text or a list of them: typeof to === "string" ? [to] : to; of objects, let the schema take a list alone',
  ],
  ["ArrayConstructor.from", "spread it: [...list]; a Set of literals is asked with has()"],
  ["Array.concat", "spread both: [...a, ...b]"],
  [
    "Array.entries",
    "go through the items alone: for (const item of list); read places by themselves: list[0], list.at(-1), or list.findIndex(...) for where something is",
  ],
  ["Array.findLast", "use filter(...) and at(-1)"],
  ["Array.flat", "use flatMap((one) => one.parts)"],
  ["Array.forEach", "use for...of, or some, every, filter and map"],
  ["Array.indexOf", "use includes(); for its place, findIndex((one) => one === other)"],
  ["Array.join", "compare the items, with some() or every()"],
  ["Array.lastIndexOf", "use includes(), or filter((one) => one === other) and its length"],
  ["Array.reverse", fromEnd],
  ["Array.sort", order],
  ["Array.toReversed", fromEnd],
  ["Array.toSorted", order],
  ["Date.getDay", weekday],
  ["Date.getHours", hour],
  ["Date.getTime", times],
  ["Date.getUTCDay", weekday],
  ["Date.getUTCHours", hour],
  ["DateConstructor.now", "the time of the call is environment.time"],
  ["DateConstructor.parse", times],
  [
    "Map.has",
    "write new Set([...]) of the keys, or a table of literals `as const` and Object.hasOwn(table, key)",
  ],
  ["Map.get", "write a table of literals `as const`, or an array of objects with find()"],
  ["JSON.stringify", "compare the fields"],
  ["Math.pow", "write the multiplication out"],
  ["Math.sign", "compare with 0"],
  ["Math.sqrt", "square the other side"],
  ["Number.toFixed", "compare the number itself"],
  ["Number.toString", digits],
  ["NumberConstructor.isFinite", finite],
  ["NumberConstructor.isInteger", "declare the number with int()"],
  ["NumberConstructor.isNaN", finite],
  ["NumberConstructor.MAX_SAFE_INTEGER", "write the number: 9_007_199_254_740_991"],
  ["NumberConstructor.MIN_SAFE_INTEGER", "write the number: -9_007_199_254_740_991"],
  ["NumberConstructor.isSafeInteger", "declare the number with int()"],
  ["NumberConstructor.parseFloat", numbers],
  ["NumberConstructor.parseInt", numbers],
  ["ReadonlySet.size", kinds],
  ["Set.size", kinds],
  ["String.charAt", places],
  ["String.charCodeAt", places],
  ["String.codePointAt", places],
  ["String.concat", "write a template"],
  ["String.indexOf", "use includes(), or split() at the text that is looked for"],
  ["String.lastIndexOf", "use includes() or endsWith(), or split() at the text that is looked for"],
  ["String.localeCompare", "compare for equality; of two spellings, both by toLowerCase()"],
  ["String.match", pattern],
  ["String.matchAll", pattern],
  ["String.normalize", changed],
  ["String.padEnd", changed],
  ["String.padStart", changed],
  ["String.repeat", changed],
  ["String.search", pattern],
  ["String.trimEnd", "use trim()"],
  ["String.trimStart", "use trim()"],
  ["String.slice", places],
  ["String.at", places],
  ["String.replace", changed],
  ["String.replaceAll", changed],
  ["String.substr", places],
  ["String.substring", places],
  ["String.toUpperCase", "compare toLowerCase() with a text in lower case"],
]);
