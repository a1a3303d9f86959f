import * as sdk from "@open-policy-agent/opa-wasm";

/** The SDK's synchronous loader is missing from the names of its ES module, and only in its default export. */
const { loadPolicySync } = (sdk as unknown as { readonly default: typeof sdk }).default;

/** Bounds of one instance's memory, in pages of 64 KiB. */
export interface MemoryLimits {
  readonly initial: number;
  readonly maximum: number;
}

/** One instance of a compiled module, with its data loaded. */
export interface OpaInstance {
  /** Bytes of linear memory. It grows and never shrinks. */
  memoryBytes(): number;
  /** Evaluates an entrypoint on JSON text, and answers with its value. */
  evaluate(inputText: string, entrypoint: string): unknown;
}

const encoder = new TextEncoder();

/**
 * Instantiates a module through the SDK, which is called nowhere else. What the SDK throws (texts, plain objects,
 * traps) becomes an Error. After any throw the instance is of no more use: an aborted evaluation does not give its
 * stack back.
 *
 * @throws Error when the module is not one of OPA's, does not have the entrypoints, or the data does not fit.
 */
export function createOpaInstance(
  module: WebAssembly.Module,
  entrypoints: readonly string[],
  data: unknown,
  memory: MemoryLimits,
): OpaInstance {
  return guarded(() => {
    const policy = loadPolicySync(module, { ...memory });
    // fail closed: the SDK takes the first entrypoint when it is given none, and a name only when it is a string
    const missing = entrypoints.find((name) => !Object.hasOwn(policy.entrypoints, name));
    if (missing !== undefined) throw new Error(`the module has no entrypoint '${missing}'`);
    policy.setData(jsonBytes(JSON.stringify(data)));
    return {
      memoryBytes: () => policy.mem.buffer.byteLength,
      evaluate: (inputText, entrypoint) =>
        guarded(() => singleResult(policy.evaluate(jsonBytes(inputText), entrypoint))),
    };
  });
}

/** Bytes of their own: the SDK takes a view's whole buffer, and a missing input for what is not an ArrayBuffer. */
function jsonBytes(text: string): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = encoder.encode(text);
  return byteLength === buffer.byteLength ? buffer : buffer.slice(byteOffset, byteOffset + byteLength);
}

function singleResult(results: unknown): unknown {
  // fail closed: no result is no decision
  if (!Array.isArray(results) || results.length !== 1) throw new Error("the evaluation gave no result");
  return (results[0] as { readonly result?: unknown }).result;
}

function guarded<TResult>(work: () => TResult): TResult {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof Error) throw cause;
    const text = typeof cause === "string" ? cause : "the engine threw what is not an error";
    throw new Error(text, { cause });
  }
}
