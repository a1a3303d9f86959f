import { policy } from "@forego/dsl";
import { z } from "zod";

/** An agent may use the tools of its scope, and no others. */
export default policy({
  category: "resource",
  name: "agent_scope",
  version: "1.0.0",
  owner: "platform-team",
  data: z.object({
    /** Tools by scope. */
    tools: z.record(z.string(), z.array(z.string())),
    /** Tools that change something outside, by scope. */
    production_tools: z.record(z.string(), z.array(z.string())),
  }),
  rules: ({ allow, deny }) => ({
    /** The tool is among those of the agent's scope. */
    tool_in_scope: allow({
      reason: "tool_in_scope",
      when: ({ agent, action, data }) => data.tools[agent.scope]?.includes(action.tool) ?? false,
    }),
    /** The tool changes things, and this scope may not change them in production. */
    not_in_production: deny({
      reason: "tool_not_for_production",
      when: ({ agent, action, environment, data }) => {
        if (!environment.is_production) return false;
        const isInScope = data.tools[agent.scope]?.includes(action.tool) ?? false;
        const isForProduction = data.production_tools[agent.scope]?.includes(action.tool) ?? false;
        return isInScope && !isForProduction;
      },
    }),
  }),
});
