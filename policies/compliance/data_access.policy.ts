import { policy } from "@forego/dsl";
import { z } from "zod";

/** Data may only reach people who are cleared for it, and only be handled where it may be. */
export default policy({
  category: "compliance",
  name: "data_access",
  version: "1.0.0",
  owner: "privacy-team",
  data: z.object({
    /** Data classes that must stay in the listed regions. */
    residency: z.record(z.string(), z.array(z.string())),
  }),
  rules: ({ deny }) => ({
    /** Nobody has said which data this tool touches. */
    unclassified_tool: deny({
      reason: "tool_not_classified",
      when: ({ action, user }) =>
        action.data_classes_referenced.includes("forego:unclassified") &&
        !user.data_classifications_authorized.includes("forego:unclassified"),
      remediation: "ask_the_tool_owner_to_classify_it",
    }),
    /** The user is not cleared for a data class that this call touches. */
    user_data_access: deny({
      reason: "data_class_unauthorized_for_user",
      when: ({ action, user }) =>
        action.data_classes_referenced.some(
          (dataClass) =>
            dataClass !== "forego:unclassified" && !user.data_classifications_authorized.includes(dataClass),
        ),
      remediation: "request_elevated_data_access",
      appeal_path: "privacy-desk",
      audit: true,
    }),
    /** This call touches data that may not be handled in this region. */
    data_residency: deny({
      reason: "data_not_allowed_in_region",
      when: ({ action, environment, data }) =>
        action.data_classes_referenced.some(
          (dataClass) => !(data.residency[dataClass]?.includes(environment.region) ?? true),
        ),
      remediation: "use_an_agent_in_a_permitted_region",
      audit: true,
    }),
  }),
});
