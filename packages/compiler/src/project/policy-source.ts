import {
  type ArrowFunction,
  type CallExpression,
  type FunctionExpression,
  type MethodDeclaration,
  Node,
  type ObjectLiteralExpression,
  type PropertyAssignment,
  type SourceFile,
} from "ts-morph";
import { refuse } from "../diagnostics/refusal.ts";

/** Where the parts of a policy stand in its source. */
export interface PolicySource {
  /** The file that was named, which may only re-export the policy. */
  readonly file: SourceFile;
  readonly call: CallExpression;
  readonly terms: ObjectLiteralExpression;
  readonly rules: ReadonlyMap<string, RuleSource>;
}

/** A predicate as it may be written: `when: (...) => ...`, `when: function (...) {...}` or `when(...) {...}`. A derive rule's `value`, too. */
export type PredicateSource = ArrowFunction | FunctionExpression | MethodDeclaration;

/** Where the parts of a rule stand. */
export interface RuleSource {
  readonly property: PropertyAssignment;
  readonly options: ObjectLiteralExpression;
  /** What the rule asks, or derives; a rule without asks nothing. */
  readonly predicate: PredicateSource | undefined;
  /** Its other programs by name: `cost`, and `set.subject` for an argument that is set. */
  readonly programs: ReadonlyMap<string, PredicateSource>;
  /** First paragraph of the doc comment, on one line. */
  readonly description?: string;
}

/** Finds the policy that a file exports as its default, there or in a file that it re-exports from. */
export function readPolicySource(file: SourceFile): PolicySource {
  const symbol = file.getDefaultExportSymbol();
  if (symbol === undefined) return refuse(file, "FG1002");
  const declaration = (symbol.getAliasedSymbol() ?? symbol).getDeclarations()[0];
  const call = declaration === undefined ? undefined : policyCall(declaration);
  if (call === undefined) return refuse(declaration ?? file, "FG1002");
  const terms = call.getArguments()[0];
  if (!Node.isObjectLiteralExpression(terms)) return refuse(terms ?? call, "FG1003");
  return { file, call, terms, rules: readRules(terms) };
}

function policyCall(declaration: Node): CallExpression | undefined {
  const value = Node.isExportAssignment(declaration)
    ? declaration.getExpression()
    : Node.isVariableDeclaration(declaration)
      ? declaration.getInitializer()
      : undefined;
  if (Node.isIdentifier(value)) {
    const target = value.getSymbol()?.getValueDeclaration();
    return target === undefined ? undefined : policyCall(target);
  }
  return Node.isCallExpression(value) ? value : undefined;
}

function readRules(terms: ObjectLiteralExpression): ReadonlyMap<string, RuleSource> {
  const property = terms.getProperty("rules");
  const value = Node.isPropertyAssignment(property) ? property.getInitializer() : undefined;
  const body = Node.isArrowFunction(value) ? value.getBody() : undefined;
  const literal = Node.isParenthesizedExpression(body) ? body.getExpression() : body;
  if (!Node.isObjectLiteralExpression(literal)) return refuse(property ?? terms, "FG1003");
  return new Map(literal.getProperties().map(readRule));
}

function readRule(property: Node): [string, RuleSource] {
  if (!Node.isPropertyAssignment(property) || Node.isComputedPropertyName(property.getNameNode())) {
    return refuse(property, "FG1004");
  }
  const call = property.getInitializer();
  if (!Node.isCallExpression(call)) return refuse(property, "FG1004");
  const options = call.getArguments()[0];
  if (!Node.isObjectLiteralExpression(options)) return refuse(options ?? call, "FG1004");
  const program = options.getProperty("when") ?? options.getProperty("value");
  const predicate = program === undefined ? undefined : requireProgram(program);
  const programs = readPrograms(options);
  const description = describe(property);
  const name = property.getNameNode();
  const key = Node.isStringLiteral(name) ? name.getLiteralValue() : property.getName();
  return [
    key,
    { property, options, predicate, programs, ...(description === undefined ? {} : { description }) },
  ];
}

/** Programs that a rule may have beside its predicate. A number in the place of one is read when the module runs. */
function readPrograms(options: ObjectLiteralExpression): ReadonlyMap<string, PredicateSource> {
  const programs = new Map<string, PredicateSource>();
  for (const name of ["cost", "limit", "key"]) {
    const property = options.getProperty(name);
    const value = property === undefined ? undefined : initializerOf(property);
    if (isPredicate(value)) programs.set(name, value);
  }
  const set = options.getProperty("set");
  if (set === undefined) return programs;
  const values = initializerOf(set);
  if (!Node.isObjectLiteralExpression(values))
    return refuse(set, "FG1005", "`set` is not an object in place");
  for (const property of values.getProperties()) {
    if (!Node.isPropertyAssignment(property) && !Node.isMethodDeclaration(property))
      return refuse(property, "FG1005", "an argument that is set has no program of its own");
    const name = property.getNameNode();
    const key = Node.isStringLiteral(name) ? name.getLiteralValue() : property.getName();
    programs.set(`set.${key}`, requireProgram(property));
  }
  return programs;
}

function requireProgram(property: Node): PredicateSource {
  const program = initializerOf(property);
  return isPredicate(program) ? program : refuse(property, "FG1005");
}

function initializerOf(property: Node): Node | undefined {
  return Node.isPropertyAssignment(property) ? property.getInitializer() : property;
}

function isPredicate(node: Node | undefined): node is PredicateSource {
  return Node.isArrowFunction(node) || Node.isFunctionExpression(node) || Node.isMethodDeclaration(node);
}

/** First paragraph of the doc comment of a function, whether it is declared as one or as a constant. */
export function describeDeclaration(declaration: Node): string | undefined {
  const statement = Node.isVariableDeclaration(declaration)
    ? declaration.getVariableStatement()
    : declaration;
  return statement === undefined ? undefined : describe(statement);
}

/** First paragraph of the doc comment of the statement that a node stands in. */
export function describeStatement(node: Node): string | undefined {
  const statement = Node.isStatement(node) ? node : node.getFirstAncestor(Node.isStatement);
  return statement === undefined ? undefined : describe(statement);
}

/** First paragraph of the doc comment before a node, its lines joined. */
function describe(node: Node): string | undefined {
  const comments = node.getLeadingCommentRanges().map((range) => range.getText());
  const doc = comments.findLast((text) => text.startsWith("/**"));
  const lines = doc
    ?.slice(3, -2)
    .split("\n")
    .map((line) => line.replace(/^\s*\*?/, "").trim());
  const text = lines
    ?.join("\n")
    .trim()
    .split(/\n\s*\n|\n@/)[0]
    ?.replace(/\s+/g, " ")
    .trim();
  return text === undefined || text === "" || text.startsWith("@") ? undefined : text;
}
