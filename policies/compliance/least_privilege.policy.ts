import { policy } from "@forego/dsl";
import { z } from "zod";
import { capabilities } from "../capabilities.ts";

/** An agent does no more than it may, whoever asks for it. Needs `identity/capabilities`. */
export default policy({
  category: "compliance",
  name: "least_privilege",
  version: "1.0.0",
  owner: "privacy-team",
  derived: capabilities,
  data: z.object({
    /** Tools that change something outside. */
    changing_tools: z.array(z.string()),
  }),
  rules: ({ deny }) => ({
    /** This call touches data that the agent, or one that delegated to it, may not handle. */
    data_beyond_scope: deny({
      reason: "data_class_beyond_scope",
      when: ({ action, derived }) =>
        action.data_classes_referenced.some(
          (dataClass) => dataClass !== "forego:unclassified" && !derived.data_classes.includes(dataClass),
        ),
      audit: true,
    }),
    /** This tool changes things, and the agent, or one that delegated to it, may not. */
    change_beyond_scope: deny({
      reason: "change_beyond_scope",
      when: ({ action, data, derived }) => !derived.may_change && data.changing_tools.includes(action.tool),
      remediation: "let_an_agent_make_the_change_that_may",
    }),
  }),
});
