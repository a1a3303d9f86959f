import { type AST, RegExpParser, RegExpSyntaxError } from "@eslint-community/regexpp";

/** A regular expression as it is written, and its parts. */
export interface ParsedPattern {
  readonly source: string;
  readonly flags: string;
  readonly alternatives: readonly AST.Alternative[];
  /** The `u` flag: texts are sequences of characters, not of UTF-16 units. */
  readonly isUnicode: boolean;
  readonly ignoresCase: boolean;
  /** The `s` flag: a full stop stands for line ends, too. */
  readonly isDotAll: boolean;
}

/** Thrown for what cannot be kept, with what to write instead. */
export class PatternRefusal extends Error {
  readonly fix: string | undefined;

  constructor(message: string, fix?: string) {
    super(message);
    this.fix = fix;
  }
}

const refusedFlags: Readonly<Record<string, string>> = {
  g: "with the flag g, a regular expression remembers where it was",
  y: "with the flag y, a regular expression remembers where it was",
  m: "with the flag m, ^ and $ stand at every line",
  v: "the flag v has sets that other engines have not",
  d: "the flag d asks for places, and test() tells none",
};

const ofLines =
  'leave the flag m out where the text has one line; of others, ask of each line: text.split("\\n").some((line) => /.../.test(line))';

/**
 * Parses a regular expression: `/source/flags`.
 *
 * @throws PatternRefusal for flags that cannot be kept.
 */
export function parsePattern(text: string): ParsedPattern {
  const end = text.lastIndexOf("/");
  const source = text.slice(1, end);
  const flags = text.slice(end + 1);
  for (const flag of flags) {
    const why = refusedFlags[flag];
    if (why !== undefined)
      throw new PatternRefusal(why, flag === "m" ? ofLines : `leave the flag ${flag} out`);
  }
  const isUnicode = flags.includes("u");
  try {
    const { alternatives } = new RegExpParser().parsePattern(source, 0, source.length, {
      unicode: isUnicode,
    });
    const [ignoresCase, isDotAll] = [flags.includes("i"), flags.includes("s")];
    return { source, flags, alternatives, isUnicode, ignoresCase, isDotAll };
  } catch (error) {
    if (error instanceof RegExpSyntaxError) throw new PatternRefusal("this is no regular expression");
    throw error;
  }
}
