# What agents may use.
package agent.access

import rego.v1

allow contains "tool_in_scope" if input.action.tool in data.settings.tools_by_scope[input.agent.scope]

deny contains "search_page_too_large" if {
	input.action.tool == "crm.search"
	input.action.args.limit > 100
}

deny contains "search_too_wide" if {
	input.action.tool == "crm.search"
	count(input.action.args.query) < 3
}

deny contains "search_too_wide" if {
	input.action.tool == "crm.search"
	startswith(input.action.args.query, "*")
}

allow contains "refund_within_limit" if {
	input.action.tool == "issue_refund"
	input.action.args.amount <= data.settings.refund_limit
}

ask contains "refund_above_limit" if {
	input.action.tool == "issue_refund"
	input.action.args.amount > data.settings.refund_limit
}

deny contains "refund_currency_not_held" if {
	input.action.tool == "issue_refund"
	not input.action.args.currency in {"EUR", "USD", "GBP"}
}

allow contains "mail_internal" if {
	input.action.tool == "send_mail"
	every address in input.action.args.to {
		endswith(address, "@shop.example")
	}
}

ask contains "mail_leaves_the_house" if {
	input.action.tool == "send_mail"
	some address in input.action.args.to
	not endswith(address, "@shop.example")
}
