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

/** OPA's entry to an evaluation (ABI 1.2): answers with the address of JSON text that ends with NUL. */
type OpaEval = (
  reserved: 0,
  entrypoint: number,
  dataAddress: number,
  inputAddress: number,
  inputLength: number,
  heapAddress: number,
  jsonFormat: 0,
) => number;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const pageBytes = 65_536;

/**
 * Instantiates a module through the SDK, which is called nowhere else. It evaluates as the SDK does, but writes the
 * input straight into the instance's memory. What the SDK throws (texts, plain objects, traps) becomes an Error. After
 * any throw the instance is of no more use: an aborted evaluation does not give its stack back.
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
    // fail closed: an entrypoint that is not there would be taken for the first one
    const missing = entrypoints.find((name) => !Object.hasOwn(policy.entrypoints, name));
    if (missing !== undefined) throw new Error(`the module has no entrypoint '${missing}'`);
    const { opa_eval: opaEval } = (policy.wasmInstance as WebAssembly.Instance).exports;
    if (typeof opaEval !== "function") throw new Error("the module is of an older ABI than 1.2");
    policy.setData(jsonBytes(JSON.stringify(data)));
    return {
      memoryBytes: () => policy.mem.buffer.byteLength,
      evaluate: (inputText, entrypoint) =>
        guarded(() => singleResult(evaluateText(policy, opaEval as OpaEval, inputText, entrypoint))),
    };
  });
}

function evaluateText(
  { mem, entrypoints, dataAddr, dataHeapPtr }: sdk.LoadedPolicy,
  opaEval: OpaEval,
  inputText: string,
  entrypoint: string,
): unknown {
  const length = writeText(mem, dataHeapPtr, inputText);
  const heap = dataHeapPtr + length;
  const start = opaEval(0, entrypoints[entrypoint], dataAddr, dataHeapPtr, length, heap, 0);
  // the evaluation may have let the memory grow, which makes it another buffer
  const bytes = new Uint8Array(mem.buffer);
  return JSON.parse(decoder.decode(bytes.subarray(start, bytes.indexOf(0, start))));
}

/** Writes a text into memory, which grows where it does not fit, and answers with its length in bytes. */
function writeText(memory: WebAssembly.Memory, address: number, text: string): number {
  const { read, written } = encoder.encodeInto(text, new Uint8Array(memory.buffer, address));
  if (read === text.length) return written;
  const bytes = encoder.encode(text);
  memory.grow(Math.ceil((address + bytes.length - memory.buffer.byteLength) / pageBytes));
  new Uint8Array(memory.buffer).set(bytes, address);
  return bytes.length;
}

/** Bytes of their own: the SDK takes a view's whole buffer, and missing data for what is not an ArrayBuffer. */
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
