import { ruleIdOf } from "@forego/dsl";
import type { ObjectShape } from "@forego/ir";
import type {
  LiftedFacts,
  ModuleProblem,
  ModuleReport,
  PolicyFacts,
  RuleFacts,
  ToolFacts,
} from "./policy-facts.ts";
import { SchemaProblem } from "./schema-problem.ts";
import { shapeOfSchema } from "./shape-of-schema.ts";

type Plain = Readonly<Record<string, unknown>>;

/** Reads what a policy module has when it has run. Runs in the child process, where the zod values are. */
export function describeModule(module: Plain, dataText: string | undefined): ModuleReport {
  const policy = module.default as Plain | undefined;
  if (policy?.kind !== "policy" && policy?.kind !== "rego") {
    return {
      problems: [
        { place: "module", code: "FG1003", message: "the default export is not made by policy() or rego()" },
      ],
    };
  }
  const problems: ModuleProblem[] = [];
  const report = (problem: ModuleProblem) => void problems.push(problem);
  const data = describeSchema(policy.data, "data", report);
  const facts = describeSchema(policy.facts, "facts", report);
  const derives = describeSchema(policy.derives, "derives", report);
  const derived = describeSchema(policy.derived, "derived", report);
  checkData(policy.data, dataText, report);
  const rules: Record<string, RuleFacts> = {};
  // a tool that many rules name is wrong once
  const known = new Map<unknown, ToolFacts | undefined>();
  for (const [name, rule] of Object.entries(policy.rules as Record<string, Plain>)) {
    if (isTool(rule.tool) && !known.has(rule.tool))
      known.set(rule.tool, describeToolArguments(name, rule.tool, report));
    rules[name] = describeRule(rule, known.get(rule.tool));
  }
  const described: PolicyFacts = {
    ...pick(policy, ["category", "name", "version", "owner", "justification", "expires", "default", "state"]),
    category: policy.category,
    name: policy.name,
    version: policy.version,
    ...(data === undefined ? {} : { data }),
    ...(facts === undefined ? {} : { facts }),
    ...(derives === undefined ? {} : { derives }),
    ...(derived === undefined ? {} : { derived }),
    ...(policy.kind === "rego" ? { rego: { module: policy.module, reads: policy.reads } } : {}),
    rules,
    tools: Object.values(module).filter(isTool).map(describeTool),
  };
  return { facts: described, problems };
}

const ruleTerms = [
  ...["on", "from", "remediation", "appeal_path", "audit", "tell"],
  ...["overridable", "paths", "window", "soft", "rate", "unit", "reads"],
];

function describeRule(rule: Plain, tool: ToolFacts | undefined): RuleFacts {
  return {
    effect: rule.effect,
    reason: rule.reason,
    ...pick(rule, ruleTerms),
    ...(rule.effect === "budget" ? pickNumbers(rule, ["limit", "cost"]) : {}),
    ...(Array.isArray(rule.lifts) ? { lifts: rule.lifts.map(describeLifted) } : {}),
    ...(rule.effect === "derive" ? { others: termsBesideValue(rule) } : {}),
    ...(tool === undefined ? {} : { tool }),
  };
}

function describeLifted(lifted: unknown): LiftedFacts {
  const { rule, meaning } = (typeof lifted === "object" && lifted !== null ? lifted : {}) as Plain;
  const id = ruleIdOf(rule);
  return { meaning, ...(id === undefined ? {} : { rule: id, on: (rule as Plain).on }) };
}

function pickNumbers(rule: Plain, names: readonly string[]): Plain {
  return pick(
    rule,
    names.filter((name) => typeof rule[name] !== "function"),
  );
}

function termsBesideValue(rule: Plain): readonly string[] {
  return Object.keys(rule).filter((name) => name !== "effect" && name !== "value");
}

function describeToolArguments(
  rule: string,
  tool: Plain,
  report: (problem: ModuleProblem) => void,
): ToolFacts | undefined {
  const args = describeSchema(tool.args, { rule }, report);
  return args === undefined ? undefined : { ...describeTool(tool), args };
}

function describeTool(tool: Plain): Omit<ToolFacts, "args"> {
  const classes = tool.data_classes as readonly string[] | undefined;
  return {
    name: String(tool.name),
    ...(classes === undefined ? {} : { data_classes: classes.map(String) }),
    ...pick(tool, ["classify"]),
    ...(tool.isModel === true ? { isModel: true } : {}),
  };
}

function describeSchema(
  schema: unknown,
  place: ModuleProblem["place"],
  report: (problem: ModuleProblem) => void,
): ObjectShape | undefined {
  if (schema === undefined) return undefined;
  try {
    const shape = shapeOfSchema(schema);
    if (shape.kind === "object") return shape;
    report({ place, code: "FG1011", message: "the schema must be a z.object" });
  } catch (error) {
    if (!(error instanceof SchemaProblem)) throw error;
    const path = error.path.length === 0 ? "" : ` at '${error.path.join(".")}'`;
    const fix = error.fix === undefined ? {} : { fix: error.fix };
    report({ place, code: "FG1011", message: `${error.message}${path}`, ...fix });
  }
  return undefined;
}

interface Parser {
  safeParse(value: unknown): {
    readonly success: boolean;
    readonly error?: {
      readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
    };
  };
}

function checkData(
  schema: unknown,
  text: string | undefined,
  report: (problem: ModuleProblem) => void,
): void {
  if (schema === undefined && text === undefined) return;
  for (const problem of dataProblems(schema, text)) report(problem);
}

function dataProblems(schema: unknown, text: string | undefined): readonly ModuleProblem[] {
  if (schema === undefined) {
    return [{ place: "data file", code: "FG1010", message: "the policy has no `data` schema" }];
  }
  if (text === undefined)
    return [{ place: "data", code: "FG1009", message: "the policy's data file is missing" }];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [
      {
        place: "data file",
        code: "FG1009",
        message: "the data file is not JSON",
        fix: "JSON has names in double quotes, no comma behind the last entry, and no comments",
      },
    ];
  }
  const issues = (schema as Parser).safeParse(value).error?.issues ?? [];
  return issues.slice(0, 5).map((issue) => {
    const path = issue.path.map(String);
    return {
      place: "data file",
      path,
      code: "FG1010",
      message: `${path.join(".") || "data"}: ${issue.message}`,
    };
  });
}

function isTool(value: unknown): value is Plain {
  return typeof value === "object" && value !== null && (value as Plain).kind === "tool";
}

function pick(source: Plain, names: readonly string[]): Plain {
  return Object.fromEntries(
    names.filter((name) => source[name] !== undefined).map((name) => [name, source[name]]),
  );
}
