import { ForegoError, sameAsJson } from "@forego/core";
import type { RunnableToolLike } from "@langchain/core/runnables";
import {
  DynamicStructuredTool,
  DynamicTool,
  isRunnableToolLike,
  StructuredTool,
  type StructuredToolInterface,
  Tool,
  tool as toTool,
} from "@langchain/core/tools";
import type { LangChainRuntime } from "../langchain-host.ts";
import type { StreamingRuntime } from "../report-decision.ts";
import { lastOf, revealError, runSilenced, silenced } from "./held-tool.ts";
import { type AdmittedCall, hasPermit, runWithPermit } from "./permit.ts";
import { asArgs, parseArgs } from "./tool-args.ts";

/** The parts of LangChain's tools that are put behind the guard; not all of them are public there. */
export interface CallableTool {
  readonly name: string;
  readonly responseFormat?: string;
  readonly metadata?: Record<string, unknown>;
  readonly lc_kwargs?: Readonly<Record<string, unknown>>;
  invoke(args: unknown, config?: ToolConfig): Promise<unknown>;
  call(...args: readonly unknown[]): Promise<unknown>;
  _call(args: unknown, runManager?: unknown, config?: ToolConfig): unknown;
}

/** The configuration that LangChain runs a tool with. */
export interface ToolConfig extends LangChainRuntime, StreamingRuntime {
  readonly toolCall?: { readonly id?: string; readonly args?: unknown };
  /** The state of the graph, where a `ToolNode` runs the tool. */
  readonly state?: unknown;
  readonly signal?: AbortSignal;
}

/**
 * A tool's own function. Where it is held, what it returns is yet to be decided: nobody is told what runs inside of it.
 */
export type ToolRun = (args: unknown, isHeld: boolean, config?: ToolConfig) => unknown;

/** What stands before a derived tool. */
export interface Derivation {
  /** Runs in the place of the tool's function, with the arguments as its schema parsed them; `run` is the tool's. */
  readonly run: (args: unknown, config: ToolConfig, run: ToolRun) => unknown;
  /** The call that has been decided already. */
  readonly admitted?: AdmittedCall;
  /** Whether the arguments come parsed. */
  readonly isParsed?: boolean;
}

const derivedTools = new WeakSet<object>();
const ways = ["invoke", "batch", "stream", "_streamIterator", "transform"] as const;

/** A tool like another one that runs through `run`, whichever of its methods is called. */
export function deriveTool(original: CallableTool, { run, admitted, isParsed }: Derivation): CallableTool {
  const startsItself = isStartingItself(original);
  const start = (given: unknown, runManager: unknown, config: ToolConfig) => {
    // fail closed: what nobody waits for any more does not start; LangChain would start it, and never hear of its end
    config.signal?.throwIfAborted();
    return startsItself ? startAsItDoes(original, given, config) : original._call(given, runManager, config);
  };
  const call: CallableTool["_call"] = (args, runManager, config = {}) =>
    run(args, config, (given, isHeld, changed = config) => {
      if (!isHeld) return start(given, runManager, changed);
      return runSilenced(changed, async () => lastOf(await start(given, undefined, silenced(changed))));
    });
  const derived: CallableTool = Object.create(original, {
    // those of the tool itself may lead past what is put before it
    ...Object.fromEntries(ways.map((way) => [way, { value: StructuredTool.prototype[way] }])),
    call: {
      value: function (this: CallableTool, ...args: readonly unknown[]) {
        const begin = () => (startsItself ? parsingCall(original) : original.call).apply(this, [...args]);
        const ran = admitted === undefined && hasPermit() ? begin() : runWithPermit(begin, admitted);
        return ran.catch((error: unknown) => Promise.reject(revealError(error)));
      },
    },
    _call: { value: call },
    // the function itself is there to be called, too
    ...("func" in original ? { func: { value: call } } : {}),
    ...(isParsed === true ? { schema: { value: {} } } : {}),
    lc_kwargs: { value: { ...original.lc_kwargs, func: call } },
  });
  derivedTools.add(derived);
  return derived;
}

/** Everything that LangChain runs as a tool, in the form of its structured ones. */
export function asCallable(tool: StructuredToolInterface | RunnableToolLike): CallableTool {
  if (!isRunnableToolLike(tool)) return tool as unknown as CallableTool;
  const { name, description = "", schema } = tool;
  return toTool((args, config) => tool.invoke(args, config), {
    name,
    description,
    schema,
  }) as unknown as CallableTool;
}

/** An answer in the form that LangChain expects of the tool's function, without an artifact. */
export function formed({ responseFormat }: CallableTool, answer: unknown): unknown {
  return responseFormat === "content_and_artifact" ? [answer, undefined] : answer;
}

function isStartingItself(tool: CallableTool): boolean {
  if (derivedTools.has(tool)) return false;
  const known: readonly unknown[] = [StructuredTool, Tool, DynamicTool, DynamicStructuredTool].map(
    ({ prototype }) => prototype.call,
  );
  return (tool.invoke as unknown) !== StructuredTool.prototype.invoke || !known.includes(tool.call);
}

function parsingCall(tool: CallableTool): CallableTool["call"] {
  const { prototype } = tool instanceof Tool ? Tool : StructuredTool;
  return prototype.call as unknown as CallableTool["call"];
}

/** Starts a tool that has an `invoke` or a `call` of its own by it. */
async function startAsItDoes(tool: CallableTool, given: unknown, config: ToolConfig): Promise<unknown> {
  const again = await parseArgs(tool, given);
  // fail closed: such a tool parses again what is decided, and could run with something else
  if (!sameAsJson(asArgs(again.args), asArgs(given))) throw parsesAgain(tool.name);
  return formed(tool, await tool.invoke(given, config));
}

function parsesAgain(name: string): ForegoError {
  return new ForegoError(
    "FG5001",
    `The tool ${JSON.stringify(name)} has an invoke of its own, and its schema changes what it has parsed.`,
    "leave invoke and call as LangChain has them, or let the schema keep what it has parsed.",
  );
}
