# One decision of all rules: a deny wins, then a question, then an allow.
package agent.access

import rego.v1

decision := {"decision": "deny", "reasons": deny} if {
	count(deny) > 0
} else := {"decision": "deny", "reasons": ["forego.no_matching_allow"]} if {
	not permitted
} else := {"decision": "requires-approval", "reasons": ask} if {
	count(ask) > 0
} else := {"decision": "allow", "reasons": allow}

permitted if count(allow) > 0

permitted if "refund_above_limit" in ask

permitted if "mail_leaves_the_house" in ask
