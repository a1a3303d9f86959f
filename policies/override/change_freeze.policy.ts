import { after, before, isoTime, policy } from "@forego/dsl";
import { z } from "zod";

/** While a freeze lasts, nothing changes in production. */
export default policy({
  category: "override",
  name: "change_freeze",
  version: "1.0.0",
  owner: "operations",
  justification: "Year-end closing: changes in production are frozen on the request of finance.",
  expires: "2027-01-10T00:00:00Z",
  data: z.object({
    begins: isoTime(),
    ends: isoTime(),
    /** Tools that change something. */
    frozen_tools: z.array(z.string()),
  }),
  rules: ({ deny }) => ({
    /** Changes in production are frozen at this time. */
    frozen: deny({
      reason: "change_freeze",
      when: ({ action, environment, data }) =>
        environment.is_production &&
        data.frozen_tools.includes(action.tool) &&
        after(environment.time, data.begins) &&
        before(environment.time, data.ends),
      remediation: "wait_for_the_end_of_the_freeze",
      appeal_path: "operations-on-call",
    }),
  }),
});
