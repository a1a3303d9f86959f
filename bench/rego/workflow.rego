# How long a conversation may go on, and what it may still do.
package agent.access

import rego.v1

writes := {"crm.update", "issue_refund", "send_mail", "deploy", "shell.run"}

deny contains "turn_limit_reached" if input.context.turn_count > 50

deny contains "token_budget_spent" if input.context.cumulative_tokens > 200000

deny contains "tool_calls_in_a_loop" if input.context.tool_call_count > 100

ask contains "session_is_old" if input.context.session_age_seconds > 86400

ask contains "production_write" if {
	input.environment.is_production
	input.agent.scope == "ops"
	input.action.tool in writes
}

deny contains "export_too_late" if {
	input.action.tool == "export_data"
	input.context.turn_count > 20
}
