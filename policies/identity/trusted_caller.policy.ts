import { policy } from "@forego/dsl";
import { z } from "zod";

/** Who calls is known, and came here by a short way. */
export default policy({
  category: "identity",
  name: "trusted_caller",
  version: "1.0.0",
  owner: "identity-team",
  data: z.object({
    /** Identity providers whose users may act through an agent. */
    trusted_issuers: z.array(z.string()),
    /** Agents that nobody owns may not act. */
    owner_teams: z.array(z.string()),
  }),
  rules: ({ deny }) => ({
    /** The user was not identified by a provider that this organisation trusts. */
    untrusted_issuer: deny({
      reason: "untrusted_issuer",
      when: ({ user, data }) => !data.trusted_issuers.includes(user.issuer),
      remediation: "sign_in_with_a_trusted_provider",
    }),
    /** No known team owns this agent. */
    unowned_agent: deny({
      reason: "unowned_agent",
      when: ({ agent, data }) => !data.owner_teams.includes(agent.owner_team),
    }),
    /** The call was delegated by more than two agents. */
    long_delegation: deny({
      reason: "delegation_too_long",
      when: ({ agent }) => agent.chain.length > 2,
    }),
  }),
});
