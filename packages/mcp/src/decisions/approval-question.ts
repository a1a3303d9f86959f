import type { ApprovalRequest, Decision } from "@forego/core";
import type { JSONRPCRequest } from "@modelcontextprotocol/sdk/types.js";
import { property } from "../json-rpc.ts";

/** Whether a client, by the capabilities that it declared, can show a person a form. */
export function canAsk(capabilities: unknown): boolean {
  const elicitation = property(capabilities, "elicitation");
  if (typeof elicitation !== "object" || elicitation === null) return false;
  // a client that names no kind has the first kind that there was: forms
  return Object.keys(elicitation).length === 0 || property(elicitation, "form") !== undefined;
}

/** Asks a person, through the client, to approve a call: what is shown is exactly what an approval is bound to. */
export function questionOf(
  server: string,
  decision: Decision,
  requests: readonly ApprovalRequest[],
): Pick<JSONRPCRequest, "method" | "params"> {
  const [request] = requests;
  const shown = `${show(server)}: ${show(request?.tool)} ${show(request?.args)}`;
  return {
    method: "elicitation/create",
    params: {
      message: `${decision.message}\n\nApprove this call?\n${shown}`,
      requestedSchema: {
        type: "object",
        properties: { approve: { type: "boolean", title: "Approve this call", default: false } },
        required: ["approve"],
      },
    },
  };
}

/** What a person answered: `true`, `false`, or nothing. */
export function answerOf(result: unknown): boolean | undefined {
  const action = property(result, "action");
  if (action === "decline") return false;
  // fail closed: only a form that was sent, and says yes, is a yes
  if (action === "accept") return property(property(result, "content"), "approve") === true;
  return undefined;
}

/** Values as they are, in one line: nothing in them can pass for a line of the question or turn its direction. */
function show(value: unknown): string {
  return JSON.stringify(value ?? null).replace(
    /[\p{Cf}\p{Zl}\p{Zp}\u007f-\u009f]/gu,
    (character) => `\\u${character.codePointAt(0)?.toString(16).padStart(4, "0")}`,
  );
}
