# Data may only reach people, tools and regions that are cleared for it.
package agent.access

import rego.v1

deny contains "data_class_unauthorized_for_user" if {
	some class in input.action.data_classes_referenced
	not class in input.user.data_classifications_authorized
}

deny contains "payment_data_could_leave" if {
	"payment_data" in input.context.data_classes_seen
	startswith(input.action.tool, "http.")
}

deny contains "eu_data_outside_eu" if {
	not startswith(input.environment.region, "eu-")
	"eu_personal_data" in input.action.data_classes_referenced
}

deny contains "region_not_reviewed" if {
	not input.environment.region in {"us-east", "us-west", "eu-central", "eu-west"}
}

deny contains "health_data_needs_clinical_staff" if {
	"health_data" in input.action.data_classes_referenced
	not "clinical" in input.user.groups
}

ask contains "export_of_customer_data" if {
	input.action.tool == "export_data"
	"customer_data" in input.action.data_classes_referenced
}

deny contains "export_too_large" if {
	input.action.tool == "export_data"
	input.action.args.rows > 10000
}
