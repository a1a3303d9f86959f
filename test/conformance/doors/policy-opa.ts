import { opaCapabilityMiddleware, opaPolicy, shadow, wrapMcpTools } from "@ai-sdk/policy-opa";
import { type AiSdkHost, toPolicyClient } from "@forego/ai-sdk";
import type { Guard } from "@forego/core";
import { wrapLanguageModel } from "ai";
import type { Door } from "../door.ts";
import { aiSdkTools, type Guarded, generate, openRun } from "./ai-sdk.ts";

/** `@ai-sdk/policy-opa`, which asks a guard in the place of an OPA: all that it has is in the way of a call. */
export const policyOpa: Door = {
  name: "AI SDK, policy-opa",
  adapter: "ai-sdk",
  lacks: {
    results: "policy-opa asks before a tool runs, and hands nobody what it returned",
    arguments: "policy-opa takes a decision and a reason, and runs the tool with the arguments it has",
  },
  open: async (options) =>
    openRun(options, generate, ({ guard, tools, session }, model) => {
      const client = toPolicyClient(guard as Guard<AiSdkHost>, {
        context: { session },
        conversationId: "talk",
        tools: Object.keys(tools.tools),
      });
      const offered = aiSdkTools(tools);
      const policy = opaPolicy({ client, path: "forego/decision" });
      const { toolApproval } = wrapMcpTools(ours<Theirs>(offered), policy);
      const middleware = opaCapabilityMiddleware({ client, path: "forego/tools" });
      return {
        tools: offered,
        toolApproval: ours<Guarded["toolApproval"]>(shadow(toolApproval, { enforce: true })),
        model: wrapLanguageModel({ model, middleware: ours<Middleware>(middleware) }),
      };
    }),
};

/** That package brings types of its own copies of the SDK's packages: the same values, by other names. */
const ours = <TOurs>(theirs: unknown) => theirs as TOurs;
type Middleware = Parameters<typeof wrapLanguageModel>[0]["middleware"];
type Theirs = Parameters<typeof wrapMcpTools>[0];
