import type { Body, Statement, Term } from "../rego/ast.ts";

/** Variables that a rule's bodies use and do not bind themselves: what a helper made of them must be handed. Sorted by first use. */
export function freeVariables(bodies: readonly Body[], terms: readonly Term[] = []): readonly string[] {
  const used = new Set<string>();
  for (const body of bodies) collectBody(body, used);
  const boundSomewhere = new Set(bodies.flatMap((body) => body.flatMap(boundBy)));
  for (const term of terms) collectTerm(term, used);
  return [...used].filter((name) => !boundSomewhere.has(name));
}

/** Every variable that a body uses, bound in it or not. */
export function usedVariables(body: Body, result?: Term): ReadonlySet<string> {
  const used = new Set<string>();
  collectBody(body, used);
  if (result !== undefined) collectTerm(result, used);
  return used;
}

function boundBy(statement: Statement): readonly string[] {
  return statement.kind === "assign"
    ? [statement.variable]
    : statement.kind === "some"
      ? [...(statement.key === undefined ? [] : [statement.key]), statement.item]
      : [];
}

function collectBody(body: Body, used: Set<string>): void {
  for (const statement of body) collectStatement(statement, used);
}

function collectStatement(statement: Statement, used: Set<string>): void {
  switch (statement.kind) {
    case "assign":
      collectTerm(statement.value, used);
      break;
    case "compare":
      collectTerm(statement.left, used);
      collectTerm(statement.right, used);
      break;
    case "some":
      collectTerm(statement.collection, used);
      break;
    case "every":
      collectTerm(statement.collection, used);
      collectInner(statement.body, new Set([statement.item]), [], used);
      break;
    case "holds":
      collectTerm(statement.term, used);
      break;
    case "not":
      collectStatement(statement.statement, used);
  }
}

function collectTerm(term: Term, used: Set<string>): void {
  switch (term.kind) {
    case "scalar":
      break;
    case "variable":
      used.add(term.name);
      break;
    case "reference":
      if (term.head !== "input" && term.head !== "data") used.add(term.head);
      for (const step of term.path) if (typeof step !== "string") collectTerm(step, used);
      break;
    case "call":
      for (const argument of term.arguments) collectTerm(argument, used);
      break;
    case "array":
    case "set":
      for (const item of term.items) collectTerm(item, used);
      break;
    case "lookup":
      collectTerm(term.set, used);
      collectTerm(term.key, used);
      break;
    case "union":
      for (const set of term.sets) collectTerm(set, used);
      break;
    case "arithmetic":
      collectTerm(term.left, used);
      collectTerm(term.right, used);
      break;
    case "object":
      for (const [, value] of term.entries) collectTerm(value, used);
      break;
    case "comprehension":
      collectInner(term.body, new Set(term.body.flatMap(boundBy)), [term.head], used);
  }
}

/** What an inner scope uses, without what it binds. */
function collectInner(
  body: Body,
  binds: ReadonlySet<string>,
  terms: readonly Term[],
  used: Set<string>,
): void {
  const inner = new Set<string>();
  collectBody(body, inner);
  for (const term of terms) collectTerm(term, inner);
  for (const statement of body) for (const name of boundBy(statement)) inner.delete(name);
  for (const name of inner) if (!binds.has(name)) used.add(name);
}
