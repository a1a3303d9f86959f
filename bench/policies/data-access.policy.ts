import { int, policy, tool } from "@forego/dsl";
import { z } from "zod";

const exportData = tool("export_data", z.object({ table: z.string(), rows: int({ min: 1 }) }));

/** Data may only reach people, tools and regions that are cleared for it. */
export default policy({
  category: "compliance",
  name: "data_access",
  version: "1.4.7",
  owner: "privacy-team",
  rules: ({ deny, requireApproval }) => ({
    /** The user is not cleared for a data class that this call touches. */
    user_data_access: deny({
      reason: "data_class_unauthorized_for_user",
      when: ({ action, user }) =>
        action.data_classes_referenced.some((name) => !user.data_classifications_authorized.includes(name)),
      remediation: "request_elevated_data_access",
    }),
    /** Payment data that the conversation has seen could leave through a web request. */
    payment_data_leaves: deny({
      reason: "payment_data_could_leave",
      when: ({ action, context }) =>
        context.data_classes_seen.includes("payment_data") && action.tool.startsWith("http."),
    }),
    /** Personal data of people in the EU stays there. */
    eu_data_abroad: deny({
      reason: "eu_data_outside_eu",
      when: ({ action, environment }) =>
        !environment.region.startsWith("eu-") && action.data_classes_referenced.includes("eu_personal_data"),
    }),
    /** Agents run in regions that were reviewed. */
    unreviewed_region: deny({
      reason: "region_not_reviewed",
      when: ({ environment }) =>
        !["us-east", "us-west", "eu-central", "eu-west"].includes(environment.region),
    }),
    /** Health data is for clinical staff. */
    health_data: deny({
      reason: "health_data_needs_clinical_staff",
      when: ({ action, user }) =>
        action.data_classes_referenced.includes("health_data") && !user.groups.includes("clinical"),
      audit: true,
    }),
    /** Customer data leaves the systems that protect it: privacy looks at each export. */
    customer_export: requireApproval({
      reason: "export_of_customer_data",
      tool: exportData,
      from: { groups: ["privacy"] },
      when: ({ action }) => action.data_classes_referenced.includes("customer_data"),
    }),
    /** Exports of this size are made by the data team. */
    large_export: deny({
      reason: "export_too_large",
      tool: exportData,
      when: ({ args }) => args.rows > 10_000,
    }),
  }),
});
