import { readVariable, runWithVariable } from "./context-variable.ts";

/**
 * What LangChain knows of a run, handed to the guard's `identify` as it is. Nothing of it is believed by itself.
 *
 * @typeParam TContext the form of the agent's `contextSchema`: what the application passes to `invoke`.
 */
export interface LangChainHost<TContext = unknown> {
  readonly adapter: "langchain";
  /** What the application passed to `invoke`; of an agent that runs inside another one's tool without a context of its own, that one's. */
  readonly context: TContext;
  /** The run's configurable values. On a LangGraph server, clients can set them. */
  readonly configurable: Readonly<Record<string, unknown>>;
  /** The run whose tool this one runs inside of. */
  readonly parent?: LangChainHost<TContext>;
}

/** The part of LangChain's runtime that the adapter reads. */
export interface LangChainRuntime {
  readonly context?: unknown;
  readonly configurable?: Readonly<Record<string, unknown>>;
}

const inherited = "forego.host";

/** The host's context of one run. LangChain hands configurable values on to agents inside tools, and the context not. */
export function toHost(runtime: LangChainRuntime): LangChainHost {
  const parent = readVariable<LangChainHost>(inherited);
  return {
    adapter: "langchain",
    context: runtime.context ?? parent?.context,
    configurable: runtime.configurable ?? {},
    ...(parent === undefined ? {} : { parent }),
  };
}

/** Runs a tool so that agents inside of it know whose run they are part of. */
export function runInside<TResult>(host: LangChainHost, run: () => Promise<TResult>): Promise<TResult> {
  return runWithVariable(inherited, host, run);
}
