import { type Json, sameJson, snapshotJson } from "@forego/core";
import type { LangChainToolCall } from "./to-call.ts";

/** What was admitted at the gate: compared at the seal, behind every middleware in between. */
interface SealedCall {
  readonly id: string | undefined;
  readonly name: string;
  readonly args: Json;
  readonly tool: unknown;
}

/** Calls on their way from the gate to the seal. */
export interface SealedCalls {
  /** Remembers what was admitted; `runtime` is the object that a run keeps through all its middleware. */
  seal(runtime: object, toolCall: LangChainToolCall, tool: unknown): void;
  /** Whether a call is still the one that was admitted. */
  isIntact(runtime: object, toolCall: LangChainToolCall, tool: unknown): boolean;
}

/** Makes an empty store. A call that never reaches its seal is forgotten with its run. */
export function createSealedCalls(): SealedCalls {
  const sealed = new WeakMap<object, SealedCall>();
  return {
    seal(runtime, { id, name, args }, tool) {
      const snapshot = snapshotJson(args);
      if (snapshot.ok) sealed.set(runtime, { id, name, args: snapshot.value, tool });
    },
    isIntact(runtime, { id, name, args }, tool) {
      const admitted = sealed.get(runtime);
      const snapshot = snapshotJson(args);
      // fail closed: what no gate admitted, or what cannot be compared, does not run
      if (admitted === undefined || !snapshot.ok) return false;
      // a tool that the gate did not know is one that a middleware behind it brings along
      const isSameTool = admitted.tool === undefined || admitted.tool === tool;
      return (
        admitted.id === id && admitted.name === name && isSameTool && sameJson(admitted.args, snapshot.value)
      );
    },
  };
}
