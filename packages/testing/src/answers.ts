import type { EngineOutput } from "@forego/core";
import { type RegoAnswers, regoOf } from "@forego/ir";
import { askRule, plain, type RuleAnswer } from "./ask-rule.ts";
import type { ComparedRelease } from "./compared-release.ts";
import { expectedResolution } from "./expected-resolution.ts";
import type { Input } from "./input-arbitrary.ts";

/** What the TypeScript says about an input: each rule, and what follows from all of them. */
export interface OracleAnswer {
  readonly rules: ReadonlyMap<string, RuleAnswer>;
  readonly output: EngineOutput;
}

/** What an engine's answer says of hand-written Rego, which JavaScript cannot ask: it is taken as it is, not proven. */
export function regoAnswers(answer: unknown): RegoAnswers {
  const { hits } = (answer ?? {}) as Partial<EngineOutput>;
  return (rule) => hits?.includes(rule) === true;
}

/** Decides an input with the policies as JavaScript, and with what is given of hand-written Rego. */
export function decideInJavaScript(
  { rules, ir }: Pick<ComparedRelease, "rules" | "ir">,
  input: Input,
  rego?: RegoAnswers,
): OracleAnswer {
  const context = plain(input);
  const asked = rules.map((rule) => {
    const isRego = rego !== undefined && regoOf(rule.ir) !== undefined;
    return isRego ? { ...rule, when: () => rego(rule.ir.id) } : rule;
  });
  const answers = new Map(asked.map((rule) => [rule.ir.id, askRule(rule, context)]));
  const those = (test: (answer: RuleAnswer | undefined) => boolean) =>
    rules.map((rule) => rule.ir).filter(({ id }) => test(answers.get(id)));
  const hits = those((answer) => answer?.kind === "checked" && answer.isHit);
  const invalid = those((answer) => answer?.kind === "invalid");
  const missing = [...answers.values()].flatMap((answer) =>
    answer.kind === "invalid" ? answer.missing : [],
  );
  const values = Object.fromEntries(
    [...answers].flatMap(([id, answer]) =>
      answer.kind === "checked" && answer.values !== undefined ? [[id, answer.values]] : [],
    ),
  );
  const resolution = expectedResolution({
    values,
    phase: (input.action as Input | undefined)?.type,
    hits,
    invalid,
    missing,
    granted: input.granted as readonly string[],
    allowsByDefault: ir.default_effect === "allow",
  });
  const ids = (some: typeof hits) => some.map(({ id }) => id).sort();
  const output = {
    ...resolution,
    hits: ids(hits),
    invalid: ids(invalid),
    missing: [...new Set(missing)].sort(),
    values,
  };
  return { rules: answers, output };
}

/** An engine that answers otherwise than the TypeScript. */
export class Disagreement extends Error {}

/**
 * Compares what an engine answers with what the TypeScript says.
 *
 * @throws Disagreement that names the engine, the input, both answers, and the places of the rules that they disagree about.
 */
export function requireSame(
  release: Pick<ComparedRelease, "rules">,
  engine: string,
  input: Input,
  expected: EngineOutput,
  answer: unknown,
): void {
  const given = normal(answer);
  const wanted = normal(expected);
  if (given === wanted) return;
  const said = answer as EngineOutput;
  const disputed = release.rules.filter(({ ir: { id } }) =>
    (["hits", "invalid"] as const).some((list) => said?.[list]?.includes(id) !== expected[list].includes(id)),
  );
  const places = disputed.map(
    ({ ir: { id, origin } }) => `  ${origin.file}:${origin.line}:${origin.column} ${id}`,
  );
  throw new Disagreement(
    [`${engine} disagrees with the TypeScript about`, ...places, `input      ${JSON.stringify(input)}`]
      .concat([`typescript ${wanted}`, `${engine.padEnd(10)} ${given}`])
      .join("\n"),
  );
}

/** An answer as text. Lists are sorted already; paths may be in the order of another alphabet. */
function normal(answer: unknown): string {
  const { effect, reasons, hits, invalid, missing, ...others } = (answer ?? {}) as Partial<EngineOutput>;
  const { overridden, obligations, values } = others;
  const paths = missing && [...missing].sort();
  return canonical({ effect, reasons, hits, invalid, missing: paths, overridden, obligations, values });
}

/** JSON text whose keys are in one order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}
