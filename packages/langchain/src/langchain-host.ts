import { getConfig } from "@langchain/langgraph";

/** What LangChain knows of a run, handed to the guard's `identify` as it is. Nothing of it is believed by itself. */
export interface LangChainHost {
  readonly adapter: "langchain";
  /** The agent's context, of the form of its `contextSchema`: what the application passed to `invoke`. */
  readonly context: unknown;
  /** The run's configurable values. On a LangGraph server, clients can set them. */
  readonly configurable: Readonly<Record<string, unknown>>;
}

/**
 * The runtime of a hook that runs as a node, with the context that the application passed. LangChain hands such a hook
 * only what the middleware's own schema names of it; the run's configuration has all of it.
 */
export function withFullContext(runtime: LangChainRuntime): LangChainRuntime {
  return { ...runtime, context: getConfig()?.context };
}

/** The part of LangChain's runtime that the adapter reads. */
export interface LangChainRuntime {
  readonly context?: unknown;
  readonly configurable?: Readonly<Record<string, unknown>>;
}

/** The host's context of one run. */
export function toHost(runtime: LangChainRuntime): LangChainHost {
  return { adapter: "langchain", context: runtime.context, configurable: runtime.configurable ?? {} };
}
