import { type Admission, sameJson, snapshotJson } from "@forego/core";
import type { LangChainToolCall } from "../to-call.ts";
import { copyPlain, type ToolArgs } from "./tool-args.ts";

/** What was admitted at the gate: compared at the seal, behind every middleware in between. */
export interface SealedCall<TCall extends LangChainToolCall = LangChainToolCall> {
  /** The call with the arguments that were decided, which nobody else holds. */
  readonly toolCall: TCall;
  /** The form in which the tool takes them. */
  readonly admitted: ToolArgs;
  readonly tool: unknown;
  readonly admission: Admission;
  /** The messages of the conversation when the call was made. */
  readonly before: readonly unknown[];
}

/** Calls on their way from the gate to the seal. */
export interface SealedCalls {
  /** Remembers what was admitted; `runtime` is the object that a run keeps through all its middleware. */
  seal(runtime: object, sealed: SealedCall): void;
  /** What was admitted, where a call is still that one. */
  open<TCall extends LangChainToolCall>(
    runtime: object,
    toolCall: TCall,
    tool: unknown,
  ): SealedCall<TCall> | undefined;
}

/** Makes an empty store. A call that never reaches its seal is forgotten with its run. */
export function createSealedCalls(): SealedCalls {
  const sealedCalls = new WeakMap<object, SealedCall>();
  return {
    seal(runtime, sealed) {
      sealedCalls.set(runtime, sealed);
    },
    open(runtime, toolCall, tool) {
      const sealed = sealedCalls.get(runtime);
      const snapshot = snapshotJson(toolCall.args);
      const admitted = snapshotJson(sealed?.toolCall.args);
      // fail closed: what no gate admitted, or what cannot be compared, does not run
      if (sealed === undefined || !snapshot.ok || !admitted.ok) return undefined;
      const { id, name } = sealed.toolCall;
      // a tool that the gate did not know is one that a middleware behind it brings along
      const isSameTool = sealed.tool === undefined || sealed.tool === tool;
      const isIntact =
        id === toolCall.id &&
        name === toolCall.name &&
        isSameTool &&
        sameJson(admitted.value, snapshot.value);
      if (!isIntact) return undefined;
      // a copy for each time: what is handed on may be changed
      return { ...sealed, toolCall: { ...toolCall, id, name, args: copyPlain(admitted.value) } };
    },
  };
}
