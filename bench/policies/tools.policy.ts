import { int, policy, tool } from "@forego/dsl";
import { z } from "zod";

const searchCustomers = tool("crm.search", z.object({ query: z.string(), limit: int({ min: 1 }) }));

/** Which tools an agent may use, by its scope. */
export default policy({
  name: "tools",
  version: "2.0.1",
  owner: "platform-team",
  data: z.object({ by_scope: z.record(z.string(), z.array(z.string())) }),
  rules: ({ allow, deny }) => ({
    /** The tool belongs to the agent's scope. */
    scope_tools: allow({
      reason: "tool_in_scope",
      when: ({ agent, action, data }) => data.by_scope[agent.scope]?.includes(action.tool) ?? false,
    }),
    /** A search asks for more customers than anybody needs at once. */
    search_page: deny({
      reason: "search_page_too_large",
      tool: searchCustomers,
      when: ({ args }) => args.limit > 100,
      remediation: "ask_for_fewer_rows",
    }),
    /** A search that finds everybody. */
    search_everybody: deny({
      reason: "search_too_wide",
      tool: searchCustomers,
      when: ({ args }) => args.query.length < 3 || args.query.startsWith("*"),
    }),
  }),
});
