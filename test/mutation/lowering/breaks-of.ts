/** A small break of the lowering, which some policy must show. */
export interface LoweringBreak {
  /** Source file, below the repository. */
  readonly file: string;
  /** What is true no more. */
  readonly rule: string;
  /** A text that the file has once, and what breaks the rule when it stands there instead. */
  readonly broken: readonly [text: string, instead: string];
  /** The policies of the fixtures that show it together: the names of their files. */
  readonly by: string;
  /** Why no policy can show it: it says in Rego the same in other words. */
  readonly equivalent?: string;
}

type Row = readonly [rule: string, broken: LoweringBreak["broken"], by: string, equivalent?: string];

/** The breaks of one file. */
export function breaksOf(file: string, rows: readonly Row[]): readonly LoweringBreak[] {
  return rows.map(([rule, broken, by, equivalent]) => {
    return { file, rule, broken, by, ...(equivalent === undefined ? {} : { equivalent }) };
  });
}
