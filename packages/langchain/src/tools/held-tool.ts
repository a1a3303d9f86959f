import { toolFailed } from "@forego/core";
import { AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";
import { ToolInputParsingException } from "@langchain/core/tools";
import { isGraphBubbleUp } from "@langchain/langgraph";
import { ToolInvocationError } from "langchain";

/** A configuration that tells nobody what runs with it: it may show what rules have yet to decide. */
export function silenced<TConfig extends object>(config: TConfig): TConfig {
  return { ...config, callbacks: [] };
}

/** Where LangChain keeps what `setContextVariable` has set; not public there. */
const variables: unique symbol = Symbol.for("lc:context_variables");

/** Runs something that tells nobody what it does, even where it asks LangChain for the configuration it runs with. */
export function runSilenced<TResult>(config: object, run: () => TResult): TResult {
  const storage = AsyncLocalStorageProviderSingleton.getInstance();
  const before: { readonly [variables]?: unknown } | undefined = storage.getStore();
  const begin = () => {
    const store: { [variables]?: unknown } | undefined = storage.getStore();
    if (store !== undefined && before?.[variables] !== undefined) store[variables] = before[variables];
    return run();
  };
  // outside of a trace that has begun, LangChain begins none where it is handed a configuration, whatever the environment says
  return storage.run(undefined, () =>
    AsyncLocalStorageProviderSingleton.runWithConfig(silenced(config), begin),
  );
}

/** A tool that streams is heard to its end, for what it returns: what it streams on the way cannot be taken back. */
export async function lastOf(output: unknown): Promise<unknown> {
  if (!isStreaming(output)) return output;
  let part = await output.next();
  while (!part.done) part = await output.next();
  return part.value;
}

/** Whether a tool answers in parts. */
export function isStreaming(output: unknown): output is AsyncGenerator<unknown> {
  return typeof output === "object" && output !== null && Symbol.asyncIterator in output && "next" in output;
}

const hidden = new WeakMap<object, unknown>();

/** What LangChain tells of an error, in the place of what was thrown. */
export function hideError(error: unknown): unknown {
  if (isGraphBubbleUp(error)) return error;
  const told = new Error(toolFailed);
  // fail closed: what the schema of a tool inside has refused is told as if it had been the tool's own
  if (error instanceof ToolInputParsingException || ToolInvocationError.isInstance(error)) return told;
  hidden.set(told, error);
  return told;
}

/** What was thrown, for whoever is to handle it. */
export function revealError(error: unknown): unknown {
  return hidden.get(error as object) ?? error;
}
