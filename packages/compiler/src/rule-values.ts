import { mostCounted } from "@forego/core";
import { type Expression, membersOf } from "@forego/ir";
import type { Node } from "ts-morph";
import { checkReservation } from "./check-reservation.ts";
import { refuse } from "./diagnostics/refusal.ts";
import { type RuleDocuments, readPredicate } from "./frontend/read-rule.ts";
import { originOf, type PolicyScope } from "./frontend/visit-context.ts";
import { visitNarrowed } from "./frontend/visit-narrowed.ts";
import type { RuleSource } from "./project/policy-source.ts";
import type { RuleFacts } from "./schema/policy-facts.ts";
import { intervalOf, isInteger } from "./types/intervals.ts";
import { misfitOf } from "./types/misfit-of.ts";
import { isAlways, isNullable, present } from "./types/value-types.ts";

/** What a rule computes where it matches: the arguments that it sets, or what it takes of its limit. */
export type RuleValueExpressions = Readonly<Record<string, Expression>>;

/** Reads the values of a rule; one that may not be what it must be is refused where it stands. */
export function readRuleValues(
  source: RuleSource,
  facts: RuleFacts,
  documents: RuleDocuments,
  scope: PolicyScope,
): RuleValueExpressions | undefined {
  if (facts.effect === "transform") return readArguments(source, facts, documents, scope);
  return facts.effect === "budget" ? readBudget(source, facts, documents, scope) : undefined;
}

function readArguments(
  { programs, options }: RuleSource,
  { tool }: RuleFacts,
  documents: RuleDocuments,
  scope: PolicyScope,
): RuleValueExpressions {
  const at = options.getProperty("set") ?? options;
  const properties = tool?.args.kind === "object" ? tool.args.properties : {};
  const read: [string, Expression][] = [];
  for (const [key, program] of programs) {
    if (!key.startsWith("set.")) continue;
    const name = key.slice("set.".length);
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (property === undefined) return refuse(program, "FG1027", `'${name}' is no argument of the tool`);
    const value = readPredicate(program, documents, scope, visitNarrowed);
    const misfit = value.type.undefinable
      ? "it can be undefined"
      : misfitOf(value.type.shape, property.shape);
    if (misfit !== undefined) return refuse(program, "FG1027", `the value may not fit '${name}': ${misfit}`);
    read.push([name, value]);
  }
  if (read.length === 0) return refuse(at, "FG1027", "no argument is set");
  return Object.fromEntries(read);
}

function readBudget(
  source: RuleSource,
  facts: RuleFacts,
  documents: RuleDocuments,
  scope: PolicyScope,
): RuleValueExpressions {
  const key = source.programs.get("key");
  const cost = readCount("cost", source, facts, documents, scope);
  checkReservation(cost, source.programs.get("cost") ?? source.options, facts, documents, scope);
  return {
    cost,
    limit: readCount("limit", source, facts, documents, scope),
    ...(key === undefined ? {} : { key: readKey(key, readPredicate(key, documents, scope, visitNarrowed)) }),
  };
}

/** A whole number that is not negative: written down, or computed. */
function readCount(
  name: "cost" | "limit",
  { programs, options }: RuleSource,
  facts: RuleFacts,
  documents: RuleDocuments,
  scope: PolicyScope,
): Expression {
  const program = programs.get(name);
  const at = program ?? options.getProperty(name) ?? options;
  const value =
    program === undefined
      ? countLiteral(facts[name], at, scope)
      : readPredicate(program, documents, scope, visitNarrowed);
  const { min, max } = intervalOf(value.type);
  const isCount = isAlways(value.type, "number") && !isNullable(value.type) && isInteger(value.type);
  if (isCount && min >= 0 && max <= mostCounted) return value;
  const fix = "bound it: a schema such as int({ min: 0, max: 1_000_000 }), or Math.max(0, ...)";
  return refuse(at, "FG1025", `\`${name}\` is not always a whole number from 0 to 10^12`, fix);
}

function countLiteral(value: unknown, at: Node, scope: PolicyScope): Expression {
  if (typeof value !== "number") return refuse(at, "FG1025", "it is no number, and no function in place");
  const shape = { kind: "literal", value } as const;
  return { kind: "literal", value, type: present(shape), origin: originOf(at, { policy: scope }) };
}

function readKey(at: Node, value: Expression): Expression {
  const isText = membersOf(value.type.shape).every(
    (shape) => shape.kind === "string" || (shape.kind === "literal" && typeof shape.value === "string"),
  );
  if (isText && !isNullable(value.type)) return value;
  return refuse(at, "FG1025", "`key` is not always a text", "write what is counted together as one text");
}
