import { policy } from "@forego/dsl";
import { z } from "zod";

/** Who may act at all: known agents, for known people, not too far from whoever asked. */
export default policy({
  category: "identity",
  name: "agents",
  version: "1.2.0",
  owner: "identity-team",
  data: z.object({ issuers: z.array(z.string()) }),
  rules: ({ deny }) => ({
    /** Agents of this scope have not been registered. */
    unknown_scope: deny({
      reason: "agent_scope_unknown",
      when: ({ agent }) => !["support", "sales", "finance", "ops"].includes(agent.scope),
    }),
    /** Work was handed on through too many agents. */
    deep_delegation: deny({
      reason: "delegation_too_deep",
      when: ({ agent }) => agent.chain.length > 3,
    }),
    /** An agent without a scope handed the work on. */
    unscoped_delegation: deny({
      reason: "delegation_without_scope",
      when: ({ agent }) => agent.chain.some((delegator) => (delegator.scope ?? "") === ""),
    }),
    /** The user's account is suspended. */
    suspended_user: deny({
      reason: "user_suspended",
      when: ({ user }) => user.groups.includes("suspended"),
      appeal_path: "https://people.example/accounts",
    }),
    /** The user was identified by somebody whom nobody trusts here. */
    foreign_issuer: deny({
      reason: "issuer_not_trusted",
      when: ({ user, data }) => !data.issuers.includes(user.issuer),
    }),
    /** Contractors work through support agents only. */
    contractor_scope: deny({
      reason: "contractor_outside_support",
      when: ({ user, agent }) => user.groups.includes("contractors") && agent.scope !== "support",
    }),
  }),
});
