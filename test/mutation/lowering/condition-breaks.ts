import { breaksOf } from "./breaks-of.ts";

/** Breaks of how conditions are lowered: which bodies say that they are true, and which that they are false. */
export const conditionBreaks = [
  ...breaksOf("packages/compiler/src/lower/lower-condition.ts", [
    [
      "a literal is what it says",
      [
        "return (node.value === true) === wanted ? always : never;",
        "return (node.value === true) !== wanted ? always : never;",
      ],
      "logic",
    ],
    [
      "a negation turns what is wanted",
      ["return condition(node.operand, !wanted);", "return condition(node.operand, wanted);"],
      "logic",
    ],
    [
      "De Morgan: false when either side is",
      ['const both = (node.kind === "and") === wanted;', 'const both = node.kind === "and";'],
      "logic",
    ],
    [
      "both sides of a conjunction count",
      [
        "...product(condition(node.test, true), whenTrue, node.whenTrue, scope, lowering),",
        "...condition(node.test, true),",
      ],
      "logic",
    ],
    [
      "the other side of a conditional needs its test to be false",
      [
        "...product(condition(node.test, false), whenFalse, node.whenFalse, scope, lowering),",
        "...whenFalse,",
      ],
      "logic",
    ],
    [
      "a chain that is false is one that is not true",
      ["return wanted ? bodies : negated(bodies, node, scope, lowering);", "return bodies;"],
      "absence",
    ],
    [
      "a large product keeps the right side",
      ["? [[holds(predicateRule(scope.hint, right, lowering, regoOrigin(node.origin)))]]", "? [[]]"],
      "logic",
    ],
    [
      "every looks for an item that is false",
      [
        'const found = lowerCondition(node.body, inside, lowering, node.kind === "some").map(',
        "const found = lowerCondition(node.body, inside, lowering, true).map(",
      ],
      "lists",
    ],
    [
      "every is negated",
      [
        'return (node.kind === "some") === wanted ? found : negated(found, node, scope, lowering);',
        "return wanted ? found : negated(found, node, scope, lowering);",
      ],
      "lists",
    ],
    [
      "what never holds is always false",
      ["if (bodies.length === 0) return always;", "if (bodies.length === 0) return never;"],
      "corners",
    ],
    [
      "a default is what it says",
      [
        'node.right.kind === "literal" && node.right.value === true',
        'node.right.kind === "literal" && node.right.value === false',
      ],
      "logic",
    ],
    [
      "a default of a chain that is missing is kept",
      [
        "return wanted === strict ? bodies : negated(bodies, node, scope, lowering);",
        "return wanted ? bodies : negated(bodies, node, scope, lowering);",
      ],
      "absence",
    ],
    [
      "a default asks for the strict answer",
      [
        'compare(term, wanted === strict ? "==" : "!=", scalar(strict))',
        'compare(term, wanted ? "==" : "!=", scalar(strict))',
      ],
      "logic",
    ],
    [
      "a chain asks whether its base is there",
      ["const isThere = [...before, ...presence(base, node.base)];", "const isThere = [...before];"],
      "corners",
    ],
    [
      "what is missing is not false",
      ["if (wanted || (!node.type.undefinable && !canBeNull(node)))", "if (true)"],
      "corners",
    ],
    [
      "a local condition can be false",
      [
        "return [[wanted ? holds(lowered.holds) : not(holds(lowered.holds))]];",
        "return [[holds(lowered.holds)]];",
      ],
      "logic",
    ],
  ]),
  ...breaksOf("packages/compiler/src/lower/lower-comparison.ts", [
    ["less than is not at most", ['"<": ["<", ">="],', '"<": ["<=", ">"],'], "numbers"],
    ["not less than is at least", ['"<": ["<", ">="],', '"<": ["<", ">"],'], "corners"],
    ["unequal is the opposite of equal", ['"!==": ["!=", "=="],', '"!==": ["==", "!="],'], "numbers"],
    [
      "a comparison that types decide is decided so",
      [
        'if (!canBeEqual(node)) return (node.operator === "!==") === wanted ? always : never;',
        "if (!canBeEqual(node)) return wanted ? always : never;",
      ],
      "absence",
    ],
    ["nullish asks for undefined", ["...(operand.type.undefinable ? [emptySet] : []),", ""], "absence"],
    ["nullish asks for null", ["...(canBeNull(operand) ? [scalar(null)] : []),", ""], "absence"],
    [
      "a value is not nullish when it is neither",
      [
        'return [[...before, ...absent.map((value) => compare(term, "!=", value))]];',
        'return absent.map((value) => [...before, compare(term, "!=", value)]);',
      ],
      "absence",
    ],
  ]),
  ...breaksOf("packages/compiler/src/lower/lower-test.ts", [
    [
      "a test can be false",
      ["[[...before, wanted ? statement : not(statement)]]", "[[...before, statement]]"],
      "text",
    ],
    [
      "a key is there when its value is",
      ['compare(found, wanted ? "!=" : "==", emptySet)', 'compare(found, "!=", emptySet)'],
      "records",
    ],
    [
      "what may be missing is false when it is not true",
      [
        'return mayBeAbsent ? compare(term, "!=", scalar(true)) : compare(term, "==", scalar(false));',
        'return compare(term, "==", scalar(false));',
      ],
      "logic",
    ],
  ]),
  ...breaksOf("packages/compiler/src/lower/predicate-rule.ts", [
    [
      "nothing is reached behind what always holds",
      [
        "return last < 0 ? bodies : bodies.slice(0, last + 1);",
        "return last < 0 ? bodies : bodies.slice(0, last);",
      ],
      "corners",
    ],
  ]),
];
