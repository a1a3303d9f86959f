import { fitting } from "./fitting.ts";
import { referencesOf } from "./references.ts";
import { type Program, type Reference, Scope } from "./scope.ts";
import { block, isNamed } from "./statements.ts";
import { booleanType, intType, numberType, type ObjectType, stringType } from "./types.ts";

/** What the rules of a program are written from. */
export interface RuleTerms {
  readonly program: Program;
  /** What every predicate is handed. */
  readonly references: readonly Reference[];
  readonly depth: number;
  /** The arguments of the tool that the rules are pinned to. */
  readonly args: ObjectType;
}

/** The rules of a policy, and what the policy says because of them. */
export interface WrittenRules {
  readonly category: string;
  /** The effects that the rules use. */
  readonly effects: readonly string[];
  readonly state: readonly string[];
  readonly rules: readonly string[];
}

type RuleWriter = (name: string, terms: RuleTerms) => string;

const restricting = { deny: plain("deny"), requireApproval: plain("requireApproval") };

/** What the rules of each category can be, the plain ones first. Limits are added to those of a workflow. */
const categories = {
  resource: { ...restricting, allow: plain("allow") },
  compliance: { ...restricting, redact, transform },
  workflow: restricting,
};

/** Writes the rules of a policy of a category: so many, and before those of a workflow a limit that they may read. */
export function writeRules(category: keyof typeof categories, count: number, terms: RuleTerms): WrittenRules {
  const own = categories[category];
  const all = Object.values(own) as [RuleWriter, ...RuleWriter[]];
  const scope = new Scope(terms.program, [], 0);
  const isLimited = category === "workflow";
  const reading = isLimited ? { ...terms, references: [...terms.references, ...limitOf("limit")] } : terms;
  const rules = Array.from({ length: count }, (_, index) => scope.pick(all)(`rule${index}`, reading));
  return {
    category,
    effects: [...Object.keys(own), ...(isLimited ? ["budget"] : [])],
    state: isLimited ? ["limit"] : [],
    rules: isLimited ? [budget("limit", terms), ...rules] : rules,
  };
}

function limitOf(name: string): readonly Reference[] {
  return ["used", "limit", "remaining"].flatMap((one) => referencesOf(`state.${name}.${one}`, numberType));
}

/** A rule that has a condition and nothing else. */
function plain(effect: string): RuleWriter {
  return (name, terms) => ruleText(name, effect, [whenText(terms)]);
}

function redact(name: string, terms: RuleTerms): string {
  const [path = "all"] = Object.keys(terms.args.fields);
  return ruleText(name, "redact", [`paths: ["args.${path}"]`, whenText(terms)]);
}

/** Sets the arguments for which there is something that fits; redacts where there is nothing. */
function transform(name: string, terms: RuleTerms): string {
  const set = Object.entries(terms.args.fields).flatMap(([field, { type, check }]) => {
    const value = check === undefined ? fitting(scopeOf(terms), type) : JSON.stringify(check.values[0]);
    return value === undefined ? [] : [`${field}: ${handed(terms)} => ${value}`];
  });
  if (set.length === 0) return redact(name, terms);
  return ruleText(name, "transform", [`set: { ${set.join(", ")} }`, whenText(terms)]);
}

function budget(name: string, terms: RuleTerms): string {
  const count = () => `${handed(terms)} => Math.max(0, Math.min(${scopeOf(terms).of(intType)}, 1000))`;
  const key = `key: ${handed(terms)} => ${scopeOf(terms).of(stringType)}`;
  const parts = [`cost: ${count()}`, `limit: ${count()}`, key, whenText(terms)];
  return ruleText(name, "budget", ["window: { hours: 1 }", ...parts]);
}

function ruleText(name: string, effect: string, parts: readonly string[]): string {
  const lines = [`reason: "${name}"`, "tool: only", ...parts].map((part) => `      ${part},`);
  return `    ${name}: ${effect}({\n${lines.join("\n")}\n    }),`;
}

function whenText(terms: RuleTerms): string {
  const scope = scopeOf(terms);
  const predicate = scope.pick([
    () => scope.boolean(),
    () => scope.boolean(),
    () => block(scope, booleanType),
  ]);
  return `when: ${handed(terms)} => ${predicate()}`;
}

function scopeOf({ program, references, depth }: RuleTerms): Scope {
  return new Scope(program, references, depth);
}

/** What a function is handed: what there is beside the contract is named by what can be read. */
function handed({ references }: RuleTerms): string {
  const paths = references.map(({ text }) => text).join(" ");
  const more = ["derived", "state"].filter((document) => isNamed(document, paths));
  const contract = ["action", "agent", "user", "context", "environment"];
  return `({ ${[...contract, "facts", "args", "data", ...more].join(", ")} })`;
}
