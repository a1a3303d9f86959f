import { type Module, reference, type Term } from "../rego/ast.ts";
import { printInfix } from "../rego/print.ts";
import { policyDocuments } from "./policy-module.ts";

/** A category that takes part in a release, with its policies. */
export interface CategoryPolicies {
  readonly category: string;
  readonly policies: readonly string[];
}

/** Emits the module of a category: what its policies say, together. */
export function emitCategoryModule({ category, policies }: CategoryPolicies): Module {
  const together = (name: string): Term => ({
    kind: "union",
    sets: policies.map((policy) => reference("data", "forego", category, "policies", policy, name)),
  });
  return {
    package: ["forego", category],
    metadata: {
      title: category,
      description: `What the policies of the category '${category}' say, together.`,
    },
    imports: [],
    rules: policyDocuments.map((name) => ({
      kind: "value",
      name,
      parameters: [],
      branches: [{ body: [], value: together(name) }],
    })),
  };
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
export function emitDecisionModule(categories: readonly string[]): string {
  const allOf = (name: string) =>
    printInfix(
      categories.map((one) => `data.forego.${one}.${name}`),
      "|",
    );
  const agree = categories.map(
    (one) => `\tdata.forego.${one}.bundle.digest == data.forego.decision.bundles.${one}.digest`,
  );
  return `# METADATA
# scope: package
# title: "Resolution"
# description: "Resolves what the rules of all categories say into one effect."
package forego.decision

import rego.v1

# METADATA
# description: "The decision about an input."
# entrypoint: true
result := answer(resolve(hits, invalid, missing), hits, invalid, missing) if {
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
checked := answer(resolve(checked_hits, unchecked, paths), checked_hits, unchecked, paths) if {
	is_array(input.unchecked.rules)
	is_array(input.unchecked.paths)
	unchecked := {id | some id in input.unchecked.rules}
	paths := {path | some path in input.unchecked.paths}
	checked_hits := matches - unchecked
}

mismatch := answer({"effect": "deny", "reasons": {"forego.release_mismatch"}}, set(), set(), set())

answer(resolution, hit, broken, absent) := {
	"effect": resolution.effect,
	"hits": sort(hit),
	"invalid": sort(broken),
	"missing": sort(absent),
	"reasons": sort(resolution.reasons),
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
} else := {"effect": "require_approval", "reasons": reasons} if {
	reasons := open_reasons(hit)
	count(reasons) > 0
} else := {"effect": "allow", "reasons": {"forego.default_allow"}} if {
	needs_allow
	not is_allowed(hit)
} else := {"effect": "allow", "reasons": {rule_table[id].reason | some id in hit}}

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

# A rule that could deny or ask, and cannot be checked, denies: for the arguments when only they are not what they must be.
doubts(broken, absent) := set() if {
	restricting(broken) == set()
} else := {"forego.invalid_arguments"} if {
	wrong := absent & {path | some id in restricting(broken); some path in rule_table[id].requires}
	every path in wrong {
		startswith(path, "action.args")
	}
} else := {"forego.invalid_rule"}

restricting(broken) := {id | some id in broken; rule_table[id].effect != "allow"}

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
