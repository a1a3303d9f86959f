import { fitting } from "./fitting.ts";
import { type Reference, Scope } from "./scope.ts";
import { block } from "./statements.ts";
import { booleanType, intType, numberType, stringType, type Type, timeType } from "./types.ts";

/** A field that a program derives, and reads elsewhere. */
export interface DerivedField {
  readonly name: string;
  readonly type: Type;
  /** The body of the function that computes it. */
  readonly value: string;
}

/** Chooses what a program derives: a condition, a value, and documents that are handed on as they are. */
export function deriveFields(scope: Scope, prefix: string): readonly DerivedField[] {
  const truth = scope.pick([() => scope.boolean(), () => block(scope, booleanType)])();
  const fields = [{ name: `${prefix}_truth`, type: booleanType, value: truth }];
  const unspent = () => new Scope(scope.program, scope.references, scope.depth);
  const type = scope.pick([stringType, numberType, intType, timeType]);
  const value = fitting(unspent(), type);
  if (value !== undefined) fields.push({ name: `${prefix}_value`, type, value });
  for (const index of [0, 1]) {
    const part = unspent().find(isDocument, "present");
    if (part !== undefined)
      fields.push({ name: `${prefix}_part${index}`, type: part.type, value: part.text });
  }
  return fields;
}

/** Part of a document whose schema the program wrote: the field has the same. */
function isDocument({ text }: Reference): boolean {
  return /^(?:facts|data)\./.test(text);
}
