import { type Node, type Project, type SourceFile, SyntaxKind, ts } from "ts-morph";
import type { DiagnosticCode } from "../diagnostics/codes.ts";
import type { DiagnosticText } from "../diagnostics/diagnostic.ts";
import type { Mistakes } from "../diagnostics/mistakes.ts";
import { fileName } from "../diagnostics/place-of.ts";

/** What a module may consist of: declarations, whose values do not depend on when they are read. */
const declarations: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.ClassDeclaration,
  SyntaxKind.EmptyStatement,
  SyntaxKind.EnumDeclaration,
  SyntaxKind.ExportAssignment,
  SyntaxKind.ExportDeclaration,
  SyntaxKind.FunctionDeclaration,
  SyntaxKind.ImportDeclaration,
  SyntaxKind.InterfaceDeclaration,
  SyntaxKind.TypeAliasDeclaration,
  SyntaxKind.VariableStatement,
]);

/** Methods of the library that change what they are called on. */
const changingMethods: ReadonlySet<string> = new Set(
  "add clear copyWithin delete fill pop push reverse set shift sort splice unshift".split(" "),
);

/** Functions of the library that change their first argument. */
const changingFunctions =
  /^(?:Object\.(?:assign|define\w+|setPrototypeOf)|Reflect\.(?:set|define\w+|delete\w+))$/;

/** Methods of the library whose value is nobody else's. */
const copyingMethods: ReadonlySet<string> = new Set(
  "concat entries filter flat flatMap from keys map of slice split toReversed toSorted toSpliced values with".split(
    " ",
  ),
);

/** What changes are looked for in. */
interface Modules {
  readonly project: Project;
  /** The policy folder, absolute. */
  readonly root: string;
  readonly files: readonly SourceFile[];
  /** The predicates of the rules: what they change was refused where they were read. */
  readonly predicates: readonly Node[];
}

/**
 * Reports where modules do more than declare, or change what may be a value of a module. The compiler takes a constant
 * for what its declaration says, so nothing may change it later. On a line with another mistake, that one is enough.
 */
export function reportModuleChanges({ project, root, files, predicates }: Modules, mistakes: Mistakes): void {
  const read = new Set<ts.Node>(predicates.map(({ compilerNode }) => compilerNode));
  const checker = project.getProgram().compilerObject.getTypeChecker();
  for (const file of files) {
    const report = (node: ts.Node, code: DiagnosticCode, text?: DiagnosticText) =>
      mistakes.reportStretch(file, node.getStart(), node.getEnd(), code, text);
    for (const statement of file.compilerNode.statements) {
      if (!declarations.has(statement.kind)) report(statement, "FG1015");
    }
    const name = fileName(file.getFilePath(), root);
    const told = new Set(mistakes.all.flatMap((one) => (one.file === name ? [one.line] : [])));
    for (const node of changesIn(file.compilerNode, read, checker)) {
      const { line } = file.compilerNode.getLineAndCharacterOfPosition(node.getStart());
      if (!told.has(line + 1)) report(node, "FG2015", { message: `'${node.getText()}' is changed here` });
    }
  }
}

/** What a node changes: a variable, or what is in a value, its holder. */
interface Change {
  readonly node: ts.Expression;
  readonly holder?: ts.Expression;
}

/** What is changed somewhere in a file, and may be seen outside of the function that does. */
function changesIn(
  file: ts.SourceFile,
  read: ReadonlySet<ts.Node>,
  checker: ts.TypeChecker,
): readonly ts.Expression[] {
  const found: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (read.has(node)) return;
    const change = changeOf(node, checker);
    if (change !== undefined && !isOwn(change, checker)) found.push(change.node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function changeOf(node: ts.Node, checker: ts.TypeChecker): Change | undefined {
  if (ts.isBinaryExpression(node))
    return isAssignment(node.operatorToken.kind) ? assignedTo(node.left) : undefined;
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node))
    return isStep(node.operator) ? assignedTo(node.operand) : undefined;
  if (ts.isDeleteExpression(node)) return assignedTo(node.expression);
  if (ts.isForOfStatement(node) || ts.isForInStatement(node))
    return ts.isVariableDeclarationList(node.initializer) ? undefined : assignedTo(node.initializer);
  if (ts.isCallExpression(node) && changingFunctions.test(node.expression.getText())) {
    const [holder] = node.arguments;
    return holder === undefined ? undefined : { node: holder, holder };
  }
  // also where it is not called: it could be handed on
  if (!isMember(node) || !changingMethods.has(nameOf(node) ?? "")) return undefined;
  return isOfLibrary(node, checker) ? { node: node.expression, holder: node.expression } : undefined;
}

function assignedTo(target: ts.Expression): Change {
  const node = plain(target);
  return isMember(node) ? { node, holder: node.expression } : { node };
}

/** Whether only one function can see what is changed: a variable of its own, or a value that it made in place. */
function isOwn({ node, holder }: Change, checker: ts.TypeChecker): boolean {
  if (holder === undefined) return localVariable(node, checker) !== undefined;
  const value = plain(holder);
  const initial = localVariable(value, checker)?.initializer;
  return isMade(value, checker) || (initial !== undefined && isMade(plain(initial), checker));
}

/** Whether an expression is a value that nothing else refers to. */
function isMade(value: ts.Expression, checker: ts.TypeChecker): boolean {
  if (ts.isArrayLiteralExpression(value) || ts.isObjectLiteralExpression(value) || ts.isNewExpression(value))
    return true;
  if (!ts.isCallExpression(value) || !isMember(value.expression)) return false;
  return copyingMethods.has(nameOf(value.expression) ?? "") && isOfLibrary(value.expression, checker);
}

/** The declaration of a variable that stands inside of a function; the values of parameters are those of others. */
function localVariable(name: ts.Expression, checker: ts.TypeChecker): ts.VariableDeclaration | undefined {
  const declaration = ts.isIdentifier(name) ? checker.getSymbolAtLocation(name)?.valueDeclaration : undefined;
  if (declaration === undefined || !ts.isVariableDeclaration(declaration)) return undefined;
  return ts.findAncestor(declaration, ts.isFunctionLike) === undefined ? undefined : declaration;
}

type Member = ts.PropertyAccessExpression | ts.ElementAccessExpression;

function isMember(node: ts.Node): node is Member {
  return ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
}

function nameOf(member: Member): string | undefined {
  if (ts.isPropertyAccessExpression(member)) return member.name.text;
  return ts.isStringLiteralLike(member.argumentExpression) ? member.argumentExpression.text : undefined;
}

function isOfLibrary(member: Member, checker: ts.TypeChecker): boolean {
  const place = ts.isPropertyAccessExpression(member) ? member.name : member.argumentExpression;
  const declared = checker.getSymbolAtLocation(place)?.getDeclarations() ?? [];
  return declared.some((one) => one.getSourceFile().isDeclarationFile);
}

/** An expression without what says nothing about its value. */
function plain(node: ts.Expression): ts.Expression {
  const isWrapped =
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isTypeAssertionExpression(node);
  return isWrapped ? plain(node.expression) : node;
}

function isAssignment(kind: SyntaxKind): boolean {
  return kind >= SyntaxKind.FirstAssignment && kind <= SyntaxKind.LastAssignment;
}

function isStep(operator: ts.PrefixUnaryOperator): boolean {
  return operator === SyntaxKind.PlusPlusToken || operator === SyntaxKind.MinusMinusToken;
}
