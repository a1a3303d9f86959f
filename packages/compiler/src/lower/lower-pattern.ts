import type { TextPattern } from "@forego/ir";
import { parsePattern } from "../patterns/parse-pattern.ts";
import { type PlainTest, plainTests } from "../patterns/plain-pattern.ts";
import { type Body, call, compare, emptySet, holds, scalar, type Term, variable } from "../rego/ast.ts";
import { lowerMadeOf, textTests } from "./lower-text.ts";
import type { Lowering } from "./lowering.ts";

/** Statements that hold when a pattern of a schema matches a text: by plain functions of texts where they can tell. */
export function lowerPattern({ source, flags, re2 }: TextPattern, text: Term, lowering: Lowering): Body {
  if (re2 !== undefined) return [holds(call("regex.match", scalar(re2), text))];
  const tests = plainTests(parsePattern(`/${source}/${flags}`)) ?? [];
  const [only, ...others] = tests.flatMap((test) => bodiesOf(test, text));
  // fail closed: what matches nothing asks for more than any text has, and not for nothing
  if (only === undefined) return [compare(text, "==", emptySet)];
  if (others.length === 0) return only;
  const name = lowering.names.fresh("valid_text");
  const value = lowering.names.fresh("value");
  const bodies = tests.flatMap((test) => bodiesOf(test, variable(value)));
  lowering.rules.push({ kind: "predicate", name, parameters: [value], bodies });
  return [holds(call(name, text))];
}

/** Bodies of which one holds when a text passes a test. */
function bodiesOf(test: PlainTest, text: Term): readonly Body[] {
  switch (test.kind) {
    case "equals":
      return [[compare(text, "in", { kind: "array", items: test.texts.map(scalar) })]];
    case "startsWith":
    case "endsWith":
    case "includes": {
      const name = textTests[test.kind];
      return test.texts.map((part) => [holds(call(name, text, scalar(part)))]);
    }
    case "has-other":
      return [[compare(call("trim_left", text, scalar(test.characters.join(""))), "!=", scalar(""))]];
    case "has-none": {
      const none = test.characters.map((one) =>
        compare(call("contains", text, scalar(one)), "==", scalar(false)),
      );
      return [[...(test.isFilled ? [compare(text, "!=", scalar(""))] : []), ...none]];
    }
    case "made-of":
      return madeOf(test, text);
  }
}

function madeOf(test: Extract<PlainTest, { kind: "made-of" }>, text: Term): readonly Body[] {
  const { prefix, suffix, min } = test;
  const rest = prefix === "" ? text : call("trim_prefix", text, scalar(prefix));
  const middle = suffix === "" ? rest : call("trim_suffix", rest, scalar(suffix));
  const around = [
    ...(prefix === "" ? [] : [holds(call("startswith", text, scalar(prefix)))]),
    ...(suffix === "" ? [] : [holds(call("endswith", rest, scalar(suffix)))]),
  ];
  const max = test.max === Number.POSITIVE_INFINITY ? {} : { max: test.max };
  return lowerMadeOf({ characters: test.characters.join(""), min, ...max }, middle, around, true);
}
