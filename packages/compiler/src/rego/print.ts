import {
  type Body,
  type Metadata,
  type Module,
  type RegoOrigin,
  type Rule,
  type Statement,
  scalar,
  type Term,
} from "./ast.ts";
import { isPlainName } from "./names.ts";

/** A printed module: text in the form of `opa fmt`, and where its lines come from. */
export interface PrintedModule {
  readonly text: string;
  /** Line of the text at which each rule begins, and the TypeScript that it was made from, where that is one place. */
  readonly lines: readonly RuleLine[];
}

/** Where a rule begins in a module, and where it comes from. */
export interface RuleLine {
  readonly line: number;
  readonly origin?: RegoOrigin;
}

/** Prints a module. */
export function printModule(module: Module): PrintedModule {
  const out: string[] = [];
  const lines: RuleLine[] = [];
  out.push(...printMetadata(module.metadata, "package"));
  out.push(`package ${printPath(module.package)}`, "", "import rego.v1");
  if (module.imports.length > 0) out.push("", ...module.imports.map((path) => `import ${printPath(path)}`));
  for (const rule of module.rules) {
    out.push("");
    const { origin } = rule;
    lines.push({ line: out.length + 1, ...(origin === undefined ? {} : { origin }) });
    out.push(...printRuleComment(rule), ...printRule(rule));
  }
  return { text: `${out.join("\n")}\n`, lines };
}

function printRuleComment(rule: Rule): readonly string[] {
  if (rule.metadata !== undefined) return printMetadata(rule.metadata, undefined);
  if (rule.origin === undefined) return [];
  return [`# ${comment(`${rule.origin.file}:${rule.origin.line}:${rule.origin.column}`)}`];
}

function printMetadata(metadata: Metadata | undefined, scope: "package" | undefined): readonly string[] {
  if (metadata === undefined) return [];
  const { title, description, entrypoint, custom } = metadata;
  return [
    "# METADATA",
    ...(scope === undefined ? [] : [`# scope: ${scope}`]),
    ...(title === undefined ? [] : [`# title: ${comment(JSON.stringify(title))}`]),
    ...(description === undefined ? [] : [`# description: ${comment(JSON.stringify(description))}`]),
    ...(entrypoint === true ? ["# entrypoint: true"] : []),
    ...(custom === undefined ? [] : ["# custom:"]),
    ...Object.entries(custom ?? {}).map(([name, value]) => `#   ${name}: ${comment(JSON.stringify(value))}`),
  ];
}

/**
 * Escapes what cannot be seen: what ends a line somewhere, turns its direction or is no character. As JSON and YAML
 * read it, and as `opa fmt` writes it. Beyond the basic plane there is no escape that all of them read.
 */
function comment(text: string): string {
  return text.replace(/(?! )[\p{C}\p{Z}]/gu, (character) =>
    character.length > 1 ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

const isTrue = scalar(true);

function printRule(rule: Rule): readonly string[] {
  switch (rule.kind) {
    case "partial":
      return printClause(`${rule.name} contains ${printTerm(rule.item)}`, rule.body);
    case "entry":
      return printClause(`${rule.name}[${JSON.stringify(rule.key)}] := ${printTerm(rule.value)}`, rule.body);
    case "predicate":
      // an else chain ends with the first body that holds; of several definitions, OPA looks at all
      return printBranches(
        rule.name,
        rule.parameters,
        rule.bodies.map((body) => ({ body, value: isTrue })),
      );
    case "value":
      return printBranches(rule.name, rule.parameters, rule.branches);
  }
}

function printClause(head: string, body: Body): readonly string[] {
  return [`${head} if {`, ...printBody(body), "}"];
}

function printBranches(
  name: string,
  parameters: readonly string[],
  branches: readonly { readonly value: Term; readonly body: Body }[],
): readonly string[] {
  const lines: string[] = [];
  for (const { value, body } of branches) {
    const start = lines.length === 0 ? printHead(name, parameters) : `${lines.pop() ?? ""} else`;
    // `opa fmt` leaves out what a rule is by default
    const isDefault = body.length > 0 && value.kind === "scalar" && value.value === true;
    const head = isDefault ? start : `${start} := ${printTerm(value)}`;
    if (body.length === 0) return [...lines, head];
    lines.push(...printClause(head, body));
  }
  return lines;
}

function printHead(name: string, parameters: readonly string[]): string {
  return parameters.length === 0 ? name : `${name}(${parameters.join(", ")})`;
}

function printBody(body: Body): readonly string[] {
  return body.flatMap(printStatement).map((line) => {
    if (line.startsWith("-")) throw new Error(`to Rego, this continues the line before: ${line}`);
    return `\t${line}`;
  });
}

function printStatement(statement: Statement): readonly string[] {
  if (statement.kind !== "every") return [printInline(statement)];
  const head = `every ${statement.item} in ${printTerm(statement.collection)} {`;
  return [head, ...printBody(statement.body), "}"];
}

function printInline(statement: Statement): string {
  switch (statement.kind) {
    case "assign":
      return `${statement.variable} := ${printTerm(statement.value)}`;
    case "compare":
      return statement.sign === "in"
        ? `${printOperand(statement.left)} in ${printTerm(statement.right)}`
        : `${printTerm(statement.left)} ${statement.sign} ${printTerm(statement.right)}`;
    case "some":
      return `some ${statement.key === undefined ? "" : `${statement.key}, `}${statement.item} in ${printTerm(statement.collection)}`;
    case "holds":
      return printTerm(statement.term);
    case "not":
      return `not ${printInline(statement.statement)}`;
    case "every":
      return `every ${statement.item} in ${printTerm(statement.collection)} { ${inlineBody(statement.body)} }`;
  }
}

function inlineBody(body: Body): string {
  return body.map(printInline).join("; ");
}

/** Prints a term on one line. */
export function printTerm(term: Term): string {
  switch (term.kind) {
    case "scalar":
      return typeof term.value === "string" ? printString(term.value) : JSON.stringify(term.value);
    case "variable":
      return term.name;
    case "reference":
      return term.path.reduce<string>((text, step) => text + printStep(step), term.head);
    case "call":
      return term.arguments.length === 0
        ? term.function
        : `${term.function}(${term.arguments.map(printTerm).join(", ")})`;
    case "array":
      return `[${term.items.map(printTerm).join(", ")}]`;
    case "set":
      return term.items.length === 0 ? "set()" : `{${term.items.map(printTerm).join(", ")}}`;
    case "lookup":
      return printTerm(term.set) + printKey(term.key);
    case "union":
      return printInfix(term.sets.map(printTerm), "|");
    case "arithmetic":
      return `${printOperand(term.left)} ${term.sign} ${printOperand(term.right)}`;
    case "object":
      return `{${term.entries.map(([name, value]) => `${printText(name)}: ${printTerm(value)}`).join(", ")}}`;
    case "comprehension":
      return `[${printOperand(term.head)} | ${inlineBody(term.body)}]`;
  }
}

/** A term where an operator stands beside it. */
function printOperand(term: Term): string {
  return term.kind === "arithmetic" ? `(${printTerm(term)})` : printTerm(term);
}

/** `(a | b) | c`, as `opa fmt` writes it. */
export function printInfix([first = "", ...others]: readonly string[], sign: string): string {
  return others.reduce((left, right, index) => `${index === 0 ? left : `(${left})`} ${sign} ${right}`, first);
}

function printPath([head = "", ...path]: readonly string[]): string {
  return path.reduce((text, step) => text + printStep(step), head);
}

function printStep(step: string | Term): string {
  if (typeof step !== "string") return `[${printTerm(step)}]`;
  return isPlainName(step) ? `.${step}` : `[${printText(step)}]`;
}

/** `opa fmt` writes a name as a path. */
function printKey(key: Term): string {
  const isName = key.kind === "scalar" && typeof key.value === "string" && isPlainName(key.value);
  return isName ? `.${key.value}` : `[${printTerm(key)}]`;
}

/** What `opa fmt` writes with escapes that are not Rego's: it leaves a raw string as it is. */
const unformatted = /(?![\b\f\n\r\t])\p{ASCII}(?<=\p{Cc})|(?=[\u{10000}-\u{10FFFF}])[\p{C}\p{Z}]/u;

function printString(text: string): string {
  return unformatted.test(text) ? printRawJson(text) : printText(text);
}

/** A value as JSON in a raw string. Escaped is what cannot be seen, as in a comment: WASM cannot read escaped pairs. */
export function printRawJson(value: unknown): string {
  return `json.unmarshal(\`${comment(JSON.stringify(value)).replaceAll("`", "\\u0060")}\`)`;
}

/** Rego strings are JSON strings; what a terminal would act on is escaped. */
function printText(text: string): string {
  return comment(JSON.stringify(text));
}
