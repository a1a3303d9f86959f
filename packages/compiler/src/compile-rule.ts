import type { RuleInfo, Told } from "@forego/core";
import { type Expression, type IrRule, pathName, regoOf, type Shape } from "@forego/ir";
import { digestMeaning } from "./analysis/meaning.ts";
import { analyseReads } from "./analysis/read-analysis.ts";
import { guardedPaths, readSetOf } from "./analysis/read-tree.ts";
import { checkPhaseTests } from "./check-phase-tests.ts";
import { refuse } from "./diagnostics/refusal.ts";
import { sayBriefly } from "./emit/prose/say-briefly.ts";
import { truth } from "./frontend/build-expression.ts";
import { readPredicate, ruleContract } from "./frontend/read-rule.ts";
import { originOf, type PolicyScope } from "./frontend/visit-context.ts";
import type { RegoModule } from "./handwritten/read-rego.ts";
import { regoCondition } from "./handwritten/rego-condition.ts";
import type { RuleSource } from "./project/policy-source.ts";
import { documentsOf } from "./rule-documents.ts";
import { readRuleValues } from "./rule-values.ts";
import { type PolicyFacts, pinOf, type RuleFacts } from "./schema/policy-facts.ts";
import type { PolicyTerms } from "./terms/policy-terms.ts";
import { checkRuleName, checkRuleTerms, type RuleTerms } from "./terms/rule-terms.ts";
import { checkTold } from "./told-values.ts";
import { booleanType, present } from "./types/value-types.ts";

/** What a rule is read in. */
export interface RuleSurroundings {
  readonly policy: PolicyFacts;
  readonly terms: PolicyTerms;
  readonly scope: PolicyScope;
  readonly data: unknown;
  /** The Rego that the policy's conditions stand in, where it is hand-written. */
  readonly rego?: RegoModule | undefined;
}

/** A rule, read. */
export interface ReadRule {
  readonly name: string;
  readonly source: RuleSource;
  readonly facts: RuleFacts;
  readonly terms: RuleTerms;
  readonly predicate: Expression;
  /** What it computes where it matches; none where it computes nothing. */
  readonly values: Readonly<Record<string, Expression>> | undefined;
  /** What the model and the user are told; nothing where the rule names nothing. */
  readonly tell: readonly Told[] | undefined;
}

/** Reads a rule; what is wrong with it is refused where it stands. */
export function readRule(
  name: string,
  source: RuleSource,
  facts: RuleFacts | undefined,
  surroundings: RuleSurroundings,
): ReadRule {
  const { policy, terms, scope } = surroundings;
  checkRuleName(name, source.property.getNameNode());
  if (facts === undefined) return refuse(source.property, "FG1004", `the module has no rule '${name}'`);
  const ruleTerms = checkRuleTerms(facts, source, terms.category);
  const documents = documentsOf(policy, facts);
  const predicate =
    surroundings.rego === undefined
      ? readCondition(source, facts, documents, scope)
      : readRegoCondition(name, source, facts, surroundings.rego, surroundings);
  checkPhaseTests(predicate, ruleTerms.on, source.predicate ?? source.options);
  const values = readRuleValues(source, facts, documents, scope);
  const read = { name, source, facts, terms: ruleTerms, predicate: untilExpiry(predicate, terms), values };
  return { ...read, tell: readTold(read, surroundings) };
}

/** What a rule tells, checked against what it reads. */
function readTold(
  read: Omit<ReadRule, "tell">,
  { policy, terms, scope, data }: RuleSurroundings,
): readonly Told[] | undefined {
  const { facts, source, terms: ruleTerms } = read;
  if (facts.tell === undefined) return undefined;
  const functions = scope.functions.all();
  const programs = [read.predicate, ...Object.values(read.values ?? {})];
  const tree = analyseReads(programs, functions, ruleContract(scope.contract, documentsOf(policy, facts)));
  const from = { effect: ruleTerms.effect, policy: terms.name, programs, functions, tree, data };
  return checkTold(facts.tell, from, source.options.getProperty("tell") ?? source.options);
}

/** What a rule asks; a limit that asks nothing is one on all calls that it applies to. */
function readCondition(
  { predicate, property, options }: RuleSource,
  { effect }: RuleFacts,
  documents: ReturnType<typeof documentsOf>,
  scope: PolicyScope,
): Expression {
  if (predicate !== undefined) return readPredicate(predicate, documents, scope);
  if (effect !== "budget") return refuse(options, "FG1005");
  return truth(true, originOf(property, { policy: scope }));
}

/** What a rule asks whose condition is hand-written Rego. */
function readRegoCondition(
  name: string,
  source: RuleSource,
  facts: RuleFacts,
  module: RegoModule,
  { policy, terms, scope }: RuleSurroundings,
): Expression {
  if (source.predicate !== undefined)
    return refuse(
      source.options.getProperty("when") ?? source.options,
      "FG1031",
      "the condition stands in Rego",
    );
  return regoCondition({
    ...{ module, name, source, facts, id: `${terms.category}.${terms.name}.${name}` },
    contract: ruleContract(scope.contract, documentsOf(policy, facts)),
    factNames: policy.facts?.kind === "object" ? Object.keys(policy.facts.properties) : [],
  });
}

/** An override's rules match only before it expires. */
function untilExpiry(predicate: Expression, { expires }: PolicyTerms): Expression {
  if (expires === undefined) return predicate;
  const { origin } = predicate;
  const time: Shape = { kind: "string", format: "utc-time" };
  const now: Expression = {
    kind: "read",
    document: "input",
    path: ["environment", "time"],
    optional: false,
    type: present(time),
    origin,
  };
  const end: Expression = { kind: "literal", value: expires, type: present(time), origin };
  const isValid: Expression = {
    kind: "intrinsic",
    name: "before",
    arguments: [now, end],
    type: booleanType,
    origin,
  };
  return { kind: "and", left: isValid, right: predicate, type: booleanType, origin };
}

/** A rule, compiled: its meaning, and what all others are told about it. */
export interface CompiledRule {
  readonly ir: IrRule;
  readonly info: RuleInfo;
}

/** Compiles a rule that was read. */
export function compileRule(
  { name, source, facts, terms, predicate, values, tell }: ReadRule,
  { policy, terms: { category, name: policyName, owner }, scope, data }: RuleSurroundings,
): CompiledRule {
  const functions = scope.functions.all();
  const programs = [predicate, ...Object.values(values ?? {})];
  const contract = ruleContract(scope.contract, documentsOf(policy, facts));
  const tree = analyseReads(programs, functions, contract);
  const guard = guardedPaths(tree);
  const origin = originOf(source.property, { policy: scope });
  const id = `${category}.${policyName}.${name}`;
  const pin = pinOf(facts.tool);
  const tool = pin === undefined ? {} : { tool: pin };
  const rego = regoOf({ predicate })?.origin;
  const { effect, reason, on, from, paths, budget, overridable, lifted, ...told } = terms;
  const rule = {
    ...{ effect, reason, on, ...tool, guard, predicate },
    ...(values === undefined ? {} : { values }),
    ...(paths === undefined ? {} : { paths }),
  };
  return {
    ir: { id, ...rule, origin },
    info: {
      ...{ id, category, effect, reason, on, ...told, ...tool },
      ...(from === undefined ? {} : { from }),
      ...(paths === undefined ? {} : { paths }),
      ...(budget === undefined ? {} : { budget }),
      ...(overridable === undefined ? {} : { overridable }),
      ...(source.description === undefined
        ? sayBriefly({ effect, on, tool: pin, predicate }, functions)
        : { description: source.description }),
      ...(tell === undefined ? {} : { tell }),
      ...(owner === undefined ? {} : { owner }),
      meaning: digestMeaning({ rule, terms: { from, budget, lifted }, functions, data }),
      reads: readSetOf(tree),
      requires: guard.map(pathName),
      source: { file: origin.file, line: origin.line, column: origin.column },
      ...(rego === undefined ? {} : { rego: { file: rego.file, line: rego.line, column: rego.column } }),
    },
  };
}
