# What is closed until the lockdown ends.
package agent.access

import rego.v1

locked_down if input.environment.time < "2026-02-01T00:00:00.000Z"

deny contains "change_freeze" if {
	locked_down
	input.environment.is_production
	input.environment.time > "2025-12-20T00:00:00.000Z"
	input.action.tool in writes
}

deny contains "shells_locked" if {
	locked_down
	startswith(input.action.tool, "shell.")
}

deny contains "server_closed" if {
	locked_down
	input.action.server == "files-legacy"
}
