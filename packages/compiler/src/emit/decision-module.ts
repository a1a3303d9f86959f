import { type Module, type Rule, reference, type Term } from "../rego/ast.ts";
import { printInfix } from "../rego/print.ts";
import { policyDocuments } from "./policy-module.ts";

/** A category that takes part in a release, with its policies. */
export interface CategoryPolicies {
  readonly category: string;
  readonly policies: readonly string[];
  /** Those of them whose rules compute values. */
  readonly valued: readonly string[];
}

/** Emits the module of a category: what its policies say, together. */
export function emitCategoryModule({ category, policies, valued }: CategoryPolicies): Module {
  const documentOf = (policy: string, name: string): Term =>
    reference("data", "forego", category, "policies", policy, name);
  const together = (name: string): Term => ({
    kind: "union",
    sets: policies.map((policy) => documentOf(policy, name)),
  });
  const documents = policyDocuments.map((name): Rule => plainValue(name, together(name)));
  const tables: Term = { kind: "array", items: valued.map((policy) => documentOf(policy, "values")) };
  return {
    package: ["forego", category],
    metadata: {
      title: category,
      description: `What the policies of the category '${category}' say, together.`,
    },
    imports: [],
    rules: valued.length === 0 ? documents : [...documents, plainValue("values", tables)],
  };
}

function plainValue(name: string, value: Term): Rule {
  return { kind: "value", name, parameters: [], branches: [{ body: [], value }] };
}

/**
 * Emits the resolution module of a release: the steps by which what the rules said becomes one effect. The same text
 * decides in WASM and in any OPA; the evaluator of the intermediate form says it a second time, a truth table in the
 * tests a third.
 *
 * It has two entrypoints. `result` is for any OPA, and checks everything itself. `checked` is for an engine that has
 * checked the input with the guards of the intermediate form, which is faster outside of Rego, and that hands over
 * what it found; and that has asked `result` before whether the bundles belong together.
 */
export function emitDecisionModule(
  categories: readonly Pick<CategoryPolicies, "category" | "valued">[],
): string {
  const names = categories.map(({ category }) => category);
  const allOf = (name: string) =>
    printInfix(
      names.map((one) => `data.forego.${one}.${name}`),
      "|",
    );
  const agree = names.map(
    (one) => `\tdata.forego.${one}.bundle.digest == data.forego.decision.bundles.${one}.digest`,
  );
  const tables = categories
    .filter(({ valued }) => valued.length > 0)
    .map(({ category }) => `data.forego.${category}.values`);
  return `# METADATA
# scope: package
# title: "Resolution"
# description: "Resolves what the rules of all categories say into one effect."
package forego.decision

import rego.v1

# METADATA
# description: "The decision about an input."
# entrypoint: true
result := answer(hits, invalid, missing) if {
	bundles_agree
} else := mismatch

# What cannot be checked has not matched.
hits := matches - invalid

matches := ${allOf("matches")}

invalid := ${allOf("invalid")}

# Where nothing is invalid, nothing is missing.
missing := set() if {
	count(invalid) == 0
} else := ${allOf("missing")}

# METADATA
# description: "The decision about an input that has been checked: the rules in input.unchecked.rules are invalid, for the paths in input.unchecked.paths. The engine has seen that the bundles agree."
# entrypoint: true
checked := answer(checked_hits, unchecked, paths) if {
	is_array(input.unchecked.rules)
	is_array(input.unchecked.paths)
	unchecked := {id | some id in input.unchecked.rules}
	paths := {path | some path in input.unchecked.paths}
	checked_hits := matches - unchecked
}

mismatch := {
	"effect": "deny",
	"hits": [],
	"invalid": [],
	"missing": [],
	"obligations": [],
	"overridden": [],
	"reasons": ["forego.release_mismatch"],
	"values": {},
}

answer(hit, broken, absent) := {
	"effect": resolution.effect,
	"hits": sort(hit),
	"invalid": sort(broken),
	"missing": sort(absent),
	"obligations": obliged(resolution.effect, active),
	"overridden": sort(overridden),
	"reasons": sort(resolution.reasons),
	"values": values_of(broken),
} if {
	overridden := lifted(hit)
	active := hit - overridden
	resolution := resolve(active, broken, absent)
}

# What rules computed, where they could be checked.
values_of(${tables.length === 0 ? "_" : "broken"}) := ${
    tables.length === 0
      ? "{}"
      : "{id: value | some tables in value_tables; some table in tables; some id, value in table; not id in broken}"
  }
${
  tables.length === 0
    ? ""
    : `
value_tables := [${tables.join(", ")}]
`
}
# The rules that a lift takes back: they let its owner, and mean what it was made for.
lifted(hit) := {id |
	some lift in hit
	some one in rule_table[lift].lifts.rules
	id := one.rule
	id in hit
	rule_table[id].overridable.meaning == one.meaning
	rule_table[lift].lifts.owner in rule_table[id].overridable.by
}

resolve(hit, broken, absent) := {"effect": "deny", "reasons": {"forego.invalid_input"}} if {
	not phase_is_known
} else := {"effect": "deny", "reasons": reasons} if {
	reasons := reasons_of("deny", hit) | doubts(broken, absent)
	count(reasons) > 0
} else := {"effect": "deny", "reasons": {"forego.no_matching_allow"}} if {
	needs_allow
	not is_allowed(hit)
	data.forego.decision.default_effect != "allow"
} else := {"effect": "deny", "reasons": {"forego.conflicting_obligations"}} if {
	are_in_conflict(hit)
} else := {"effect": "require_approval", "reasons": reasons} if {
	reasons := open_reasons(hit)
	count(reasons) > 0
} else := {"effect": "allow", "reasons": {"forego.default_allow"}} if {
	needs_allow
	not is_allowed(hit)
} else := {"effect": "allow", "reasons": reasons_of("allow", hit) | reasons_of("require_approval", hit)}

# What must be done with a call that is allowed, by rule.
obliged("deny", _) := []

obliged(effect, hit) := [obligation |
	some id in sort(hit)
	obligation := obligation_of(id, rule_table[id])
] if {
	effect != "deny"
}

obligation_of(id, rule) := {"kind": "audit", "rule": id} if {
	rule.effect == "audit"
} else := {"kind": "redact", "paths": rule.paths, "rule": id} if {
	rule.effect == "redact"
} else := {"kind": "transform", "rule": id, "set": values_of(set())[id]} if {
	rule.effect == "transform"
}

# Of two values for one argument, neither is known to be right.
are_in_conflict(hit) if {
	transforms := [id | some id in hit; rule_table[id].effect == "transform"]
	count(transforms) > 1
	values := values_of(set())
	some one in transforms
	some other in transforms
	some name, value in values[one]
	values[other][name] != value
}

# The bundles of a release belong together: one that is missing, or of another release, decides nothing.
bundles_agree if {
${agree.join("\n")}
}

rule_table := data.forego.decision.rules

phase_is_known if {
	needs_allow
} else if {
	input.action.type in ["tool_result", "model_call"]
}

needs_allow if {
	input.action.type in ["tool_call", "mcp_resource_read", "mcp_prompt_get"]
}

reasons_of(effect, hit) := {rule.reason |
	some id in hit
	rule := rule_table[id]
	rule.effect == effect
}

# A rule that restricts, and cannot be checked, denies: for the arguments when only they are not what they must be, and
# what is left of limits, which is not known where the rule of the limit cannot be checked itself.
doubts(broken, absent) := set() if {
	restricting(broken) == set()
} else := {"forego.invalid_arguments"} if {
	required := {path | some id in restricting(broken); some path in rule_table[id].requires; not startswith(path, "state.")}
	wrong := absent & required
	count(wrong) > 0
	every path in wrong {
		startswith(path, "action.args")
	}
} else := {"forego.invalid_rule"}

restricting(broken) := {id | some id in broken; not rule_table[id].effect in ["allow", "lift", "audit"]}

is_allowed(hit) if {
	some id in hit
	rule_table[id].effect == "allow"
} else if {
	some id in hit
	rule_table[id].effect == "require_approval"
	rule_table[id].category == "resource"
}

open_reasons(hit) := {rule.reason |
	some id in hit
	rule := rule_table[id]
	rule.effect == "require_approval"
	not id in granted
}

granted := {id | some id in input.granted}
`;
}
