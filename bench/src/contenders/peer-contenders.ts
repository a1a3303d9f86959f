import { opaPolicy, wasmPolicyClient } from "@ai-sdk/policy-opa";
import type { Input } from "@forego/core";
import { loadPolicy } from "@open-policy-agent/opa-wasm";
import type { Answer, Contender } from "./contender.ts";
import {
  decisionPath,
  type HandWrittenRego,
  type RegoDecision,
  readRegoDecision,
} from "./hand-written-rego.ts";
import { decideByHand } from "./js-predicate.ts";

/** The hand-written Rego, called as the SDK's README says: one evaluation and nothing else. */
export async function sdkContender({ module, data }: HandWrittenRego): Promise<Contender> {
  const policy = await loadPolicy(module);
  policy.setData(data);
  return {
    name: "opa-wasm SDK, plain",
    prepare: (input) => () => policy.evaluate(input),
    read: (raw) => readRegoDecision((raw as readonly [{ readonly result: RegoDecision }])[0].result),
  };
}

const statusEffects: Readonly<Record<string, Answer["effect"]>> = {
  approved: "allow",
  denied: "deny",
  "user-approval": "require_approval",
};

/**
 * The hand-written Rego behind `@ai-sdk/policy-opa`: the function that the AI SDK calls before a tool. What the model
 * did not choose comes with the runtime context, as its README has it.
 */
export async function policyOpaContender({ module, data }: HandWrittenRego): Promise<Contender> {
  const approval = opaPolicy({
    client: await wasmPolicyClient({ wasm: module, data }),
    path: decisionPath,
    toInput({ toolCall, runtimeContext }) {
      const context = runtimeContext as Input;
      return { ...context, action: { ...context.action, tool: toolCall.toolName, args: toolCall.input } };
    },
  });
  if (typeof approval !== "function") throw new Error("policy-opa made a table of approvals, not a function");
  let calls = 0;
  return {
    name: "@ai-sdk/policy-opa",
    prepare: (input) => () => {
      calls += 1;
      const { tool, args } = input.action;
      const toolCall = {
        type: "tool-call",
        dynamic: true,
        toolName: tool,
        toolCallId: `call-${calls}`,
        input: args,
      } as const;
      return approval({ toolCall, tools: undefined, toolsContext: {}, runtimeContext: input, messages: [] });
    },
    read(raw) {
      const effect = statusEffects[(raw as { readonly type: string }).type];
      if (effect === undefined)
        throw new Error("policy-opa answered with a status that the Rego cannot give");
      return { effect };
    },
  };
}

/** The rules as plain JavaScript: what policy costs where nothing is checked, recorded or explained. */
export function handWrittenContender(): Contender<Answer> {
  return {
    name: "JS predicate by hand",
    prepare: (input) => () => decideByHand(input),
    read: (answer) => answer,
  };
}
