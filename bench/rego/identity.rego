# Who may act at all.
package agent.access

import rego.v1

deny contains "agent_scope_unknown" if not input.agent.scope in {"support", "sales", "finance", "ops"}

deny contains "delegation_too_deep" if count(input.agent.chain) > 3

deny contains "delegation_without_scope" if {
	some delegator in input.agent.chain
	object.get(delegator, "scope", "") == ""
}

deny contains "user_suspended" if "suspended" in input.user.groups

deny contains "issuer_not_trusted" if not input.user.issuer in data.settings.issuers

deny contains "contractor_outside_support" if {
	"contractors" in input.user.groups
	input.agent.scope != "support"
}
