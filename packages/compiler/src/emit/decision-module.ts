import { call, type Module, reference, type Term } from "../rego/ast.ts";

/** A category that takes part in a release, with its policies. */
export interface CategoryPolicies {
  readonly category: string;
  readonly policies: readonly string[];
}

/** Emits the module of a category: what its policies say, together. */
export function emitCategoryModule({ category, policies }: CategoryPolicies): Module {
  const union = (name: string): Term => {
    const terms = policies.map((policy) => reference("data", "forego", category, "policies", policy, name));
    const [only, ...others] = terms;
    return only !== undefined && others.length === 0 ? only : call("union", { kind: "set", items: terms });
  };
  return {
    package: ["forego", category],
    metadata: {
      title: category,
      description: `What the policies of the category '${category}' say, together.`,
    },
    imports: [],
    rules: ["hits", "invalid", "missing"].map((name) => ({
      kind: "value",
      name,
      parameters: [],
      branches: [{ body: [], value: union(name) }],
    })),
  };
}

/**
 * Emits the resolution module of a release: the steps by which what the rules said becomes one effect. The same text
 * decides in WASM and in any OPA; the evaluator of the intermediate form says it a second time, a truth table in the
 * tests a third.
 */
export function emitDecisionModule(categories: readonly string[]): string {
  const unionOf = (name: string) =>
    `union({${categories.map((one) => `data.forego.${one}.${name}`).join(", ")}})`;
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
# entrypoint: true
result := {
	"effect": resolution.effect,
	"hits": sort(hits),
	"invalid": sort(invalid),
	"missing": sort(missing),
	"reasons": sort(resolution.reasons),
}

default hits := set()

hits := ${unionOf("hits")}

default invalid := set()

invalid := ${unionOf("invalid")}

missing := set() if {
	count(invalid) == 0
} else := ${unionOf("missing")}

# A rule that could deny or ask, and cannot be checked, denies.
resolution := {"effect": "deny", "reasons": {"forego.release_mismatch"}} if {
	not bundles_agree
} else := {"effect": "deny", "reasons": {"forego.invalid_input"}} if {
	not phase_is_known
} else := {"effect": "deny", "reasons": deny_reasons} if {
	count(deny_reasons) > 0
} else := {"effect": "deny", "reasons": {"forego.no_matching_allow"}} if {
	not may_run
} else := {"effect": "require_approval", "reasons": open_reasons} if {
	count(open_reasons) > 0
} else := {"effect": "allow", "reasons": allow_reasons}

# The bundles of a release belong together: one that is missing, or of another release, decides nothing.
bundles_agree if {
${agree.join("\n")}
}

phase_is_known if {
	needs_allow
}

phase_is_known if {
	input.action.type in ["tool_result", "model_call"]
}

needs_allow if {
	input.action.type in ["tool_call", "mcp_resource_read", "mcp_prompt_get"]
}

deny_reasons contains rule.reason if {
	some id in hits
	rule := data.forego.decision.rules[id]
	rule.effect == "deny"
}

deny_reasons contains "forego.invalid_rule" if {
	some id in invalid
	data.forego.decision.rules[id].effect != "allow"
}

asks contains id if {
	some id in hits
	data.forego.decision.rules[id].effect == "require_approval"
}

may_run if {
	not needs_allow
}

may_run if {
	is_allowed
}

may_run if {
	data.forego.decision.default_effect == "allow"
}

is_allowed if {
	some id in hits
	data.forego.decision.rules[id].effect == "allow"
}

is_allowed if {
	some id in asks
	data.forego.decision.rules[id].category == "resource"
}

open_reasons contains data.forego.decision.rules[id].reason if {
	some id in asks
	not id in granted
}

granted := {id | some id in input.granted}

allow_reasons := {"forego.default_allow"} if {
	needs_allow
	not is_allowed
} else := {data.forego.decision.rules[id].reason | some id in hits}
`;
}
