import { policy } from "@forego/dsl";
import { z } from "zod";
import { capabilities } from "../capabilities.ts";

/** An agent may do what its scope may and, when others delegated to it, what all of theirs may, too. */
export default policy({
  category: "identity",
  name: "capabilities",
  version: "1.0.0",
  owner: "identity-team",
  derives: capabilities,
  data: z.object({
    /** What agents may do, by scope. A scope that is not here may do nothing. */
    scopes: z.record(z.string(), z.object({ data_classes: z.array(z.string()), may_change: z.boolean() })),
  }),
  rules: ({ derive }) => ({
    /** The data classes that every scope along the chain may handle. */
    data_classes: derive({
      value: ({ agent, data }) =>
        (data.scopes[agent.scope]?.data_classes ?? []).filter((dataClass) =>
          agent.chain.every(({ scope }) => data.scopes[scope]?.data_classes.includes(dataClass) ?? false),
        ),
    }),
    /** Every scope along the chain may change things. */
    may_change: derive({
      value: ({ agent, data }) =>
        agent.chain.every(({ scope }) => data.scopes[scope]?.may_change ?? false) &&
        (data.scopes[agent.scope]?.may_change ?? false),
    }),
  }),
});
