import { bind, evaluateExpression, type Scope } from "../evaluate/evaluate-expression.ts";
import { itemsOf } from "../evaluate/items-of.ts";
import type { IrPolicy, IrRelease } from "../ir-release.ts";
import type { Expression, Local, QuantifierNode } from "../nodes.ts";
import { isRecord } from "../own-property.ts";

/** A path of the input, with places of lists in it. */
export type Place = readonly (string | number)[];

/** What a local stands for: an expression and what that is evaluated in, or an entry of a list. */
type Bound =
  | { readonly node: Expression; readonly frame: Frame }
  | { readonly item: true; readonly place: Place | undefined };

/** What an expression is evaluated in, and where the values come from that its locals stand for. */
export interface Frame {
  readonly release: IrRelease;
  readonly scope: Scope;
  readonly bound: ReadonlyMap<Local, Bound>;
}

/** An expression, with what it is evaluated in. */
export type Framed<TNode extends Expression = Expression> = readonly [node: TNode, frame: Frame];

/** What the rules of a policy are evaluated in. */
export function frameOf(release: IrRelease, { functions, data }: IrPolicy, whole: Scope): Frame {
  const byId = new Map(functions.map((one) => [one.id, one]));
  return { release, scope: { ...whole, functions: byId, data, locals: new Map() }, bound: new Map() };
}

/** The value of an expression. */
export function evaluated([node, { scope }]: Framed): unknown {
  return evaluateExpression(node, scope);
}

/** An expression without what only names it: names, helper functions and derived values become what they stand for. */
export function unfold([node, frame]: Framed): Framed {
  switch (node.kind) {
    case "local": {
      const bound = frame.bound.get(node.local);
      return bound !== undefined && "node" in bound ? unfold([bound.node, bound.frame]) : [node, frame];
    }
    case "let":
      return unfold([node.body, bindNode(frame, node.local, node.value)]);
    case "call": {
      const called = frame.scope.functions.get(node.function);
      if (called === undefined) return [node, frame];
      const clean: Frame = { ...frame, scope: { ...frame.scope, locals: new Map() }, bound: new Map() };
      const inside = called.parameters.reduce((made, local, index) => {
        const argument = node.arguments[index];
        return argument === undefined ? made : bindFrom(made, local, [argument, frame]);
      }, clean);
      return unfold([called.body, inside]);
    }
    case "read":
      return unfoldDerived(node, frame);
    default:
      return [node, frame];
  }
}

function unfoldDerived(node: Extract<Expression, { kind: "read" }>, frame: Frame): Framed {
  const [field, ...rest] = node.path;
  if (node.document !== "derived" || rest.length > 0) return [node, frame];
  for (const policy of frame.release.policies) {
    const derivation = policy.derivations.find((one) => one.field === field);
    if (derivation !== undefined)
      return unfold([derivation.value, frameOf(frame.release, policy, frame.scope)]);
  }
  return [node, frame];
}

/** What a part of an expression is evaluated in that sees a local. */
export function bindNode(frame: Frame, local: Local, node: Expression): Frame {
  return bindFrom(frame, local, [node, frame]);
}

function bindFrom(frame: Frame, local: Local, from: Framed): Frame {
  const scope = bind(frame.scope, local, evaluated(from));
  return { ...frame, scope, bound: new Map(frame.bound).set(local, { node: from[0], frame: from[1] }) };
}

/** The body of a quantifier, once for each entry of its list. */
export function bodiesOf([node, frame]: Framed<QuantifierNode>): readonly Framed[] {
  const list = placeOf([node.array, frame]);
  return itemsOf(evaluated([node.array, frame])).map((item, index) => {
    const place = list === undefined ? undefined : [...list, index];
    const bound = new Map(frame.bound).set(node.local, { item: true, place });
    return [node.body, { ...frame, scope: bind(frame.scope, node.local, item), bound }];
  });
}

/** Where in the input the value of an expression stands; `undefined` for what is computed. */
export function placeOf(framed: Framed): Place | undefined {
  const [node, frame] = unfold(framed);
  const below = (object: Expression, name: unknown): Place | undefined => {
    const place = placeOf([object, frame]);
    const isName = typeof name === "string" || typeof name === "number";
    return place === undefined || !isName ? undefined : [...place, name];
  };
  switch (node.kind) {
    case "read":
      return node.document === "input" ? node.path : undefined;
    case "local": {
      const bound = frame.bound.get(node.local);
      return bound !== undefined && "item" in bound ? bound.place : undefined;
    }
    case "property":
      return below(node.object, node.name);
    case "entry":
      return below(node.record, evaluated([node.key, frame]));
    case "coalesce":
      return placeOf([isMissing([node.left, frame]) ? node.right : node.left, frame]);
    case "chain":
      return placeOf([node.rest, bindNode(frame, node.local, node.base)]);
    case "conditional":
      return placeOf([evaluated([node.test, frame]) === true ? node.whenTrue : node.whenFalse, frame]);
    default:
      return undefined;
  }
}

/** Whether the value of an expression is not there, so that a default is taken in its place. */
export function isMissing(framed: Framed): boolean {
  return (evaluated(framed) ?? undefined) === undefined;
}

/** What stands at a place of a value. */
export function valueAt(value: unknown, place: Place): unknown {
  return place.reduce<unknown>((at, name) => {
    if (typeof name === "number") return itemsOf(at)[name];
    return isRecord(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  }, value);
}
