import { sameAsJson } from "@forego/core";
import { getConfig } from "@langchain/langgraph";

/** What LangGraph keeps of the interrupts of a task, and where it keeps those of a run; not public there. */
interface TaskConfig {
  readonly thread_id?: unknown;
  readonly checkpoint_map?: Readonly<Record<string, string>>;
  readonly __pregel_scratchpad?: {
    readonly interruptCounter: number;
    /** Answers that this task has had, or that name its interrupt. */
    readonly resume: readonly unknown[];
    /** An answer that names no interrupt. */
    nullResume?: unknown;
  };
  readonly __pregel_checkpointer?: { getTuple(config: object): Promise<Checkpoint | undefined> };
}

interface Checkpoint {
  readonly pendingWrites?: readonly PendingWrite[];
}
type PendingWrite = readonly [task: string, channel: string, value: unknown];

/**
 * Takes an answer away that names no interrupt, unless `asked` is all that the run showed: LangGraph hands such an answer
 * to whatever waits, in every agent of the run, shown or not. What it is taken from asks again.
 */
export async function dropUnaddressed(asked: unknown): Promise<void> {
  const config: TaskConfig = getConfig()?.configurable ?? {};
  const scratchpad = config.__pregel_scratchpad;
  if (scratchpad?.nullResume === undefined) return;
  const hasOwn = scratchpad.resume.length > scratchpad.interruptCounter + 1;
  if (hasOwn) return;
  const shown = await shownBy(config);
  // fail closed: nobody knows which of several questions was answered, and what was not shown was not answered
  if (shown.length === 0 || !shown.every((one) => sameAsJson(one, asked))) scratchpad.nullResume = undefined;
}

/** What the run has asked, of all that waited at once: below agents in tools, too. */
async function shownBy({
  thread_id,
  checkpoint_map,
  __pregel_checkpointer: checkpointer,
}: TaskConfig): Promise<readonly unknown[]> {
  const whole = { thread_id, checkpoint_ns: "", checkpoint_id: checkpoint_map?.[""] };
  const { pendingWrites = [] } = (await checkpointer?.getTuple({ configurable: whole })) ?? {};
  return pendingWrites.flatMap(([, channel, written]) =>
    channel === "__interrupt__" ? [(written as { value?: { forego?: unknown } }).value?.forego] : [],
  );
}
