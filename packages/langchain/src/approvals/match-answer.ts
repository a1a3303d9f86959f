import { sameAsJson } from "@forego/core";
import { getConfig } from "@langchain/langgraph";

/** What LangGraph keeps of the interrupts of a task, and where it keeps those of a run; not public there. */
interface TaskConfig {
  readonly thread_id?: unknown;
  readonly checkpoint_map?: Readonly<Record<string, string>>;
  readonly __pregel_scratchpad?: {
    readonly interruptCounter: number;
    /** Answers that this task has had, or that name its interrupt. */
    readonly resume: unknown[];
    /** An answer that names no interrupt. */
    nullResume?: unknown;
  };
  /** Answers by the interrupts that they name. */
  readonly __pregel_resume_map?: Readonly<Record<string, unknown>>;
  readonly __pregel_checkpointer?: { getTuple(config: object): Promise<Checkpoint | undefined> };
}

interface Checkpoint {
  readonly pendingWrites?: readonly PendingWrite[];
}
type PendingWrite = readonly [task: string, channel: string, value: unknown];

/** An interrupt that a run has shown. */
interface Shown {
  readonly id?: string;
  readonly value?: { readonly forego?: unknown };
}

/**
 * Lets an answer count for all that have asked what it answers, and for nobody else.
 *
 * The calls of a turn ask the same, each for itself: an answer that names the interrupt of one of them is that of all,
 * as LangGraph shows one alone of an agent within another graph. One that names none is taken away, unless `asked` is
 * all that the run showed: LangGraph hands it to whatever waits, in every agent of the run, shown or not. What has no
 * answer then asks again.
 */
export async function matchAnswer(asked: unknown): Promise<void> {
  const config: TaskConfig = getConfig()?.configurable ?? {};
  const { __pregel_scratchpad: scratchpad, __pregel_resume_map: named } = config;
  if (scratchpad === undefined || (scratchpad.nullResume === undefined && named === undefined)) return;
  const hasOwn = scratchpad.resume.length > scratchpad.interruptCounter + 1;
  if (hasOwn) return;
  const shown = await shownBy(config);
  const isSame = ({ value }: Shown) => sameAsJson(value?.forego, asked);
  const answered = shown.find(
    (one) => one.id !== undefined && Object.hasOwn(named ?? {}, one.id) && isSame(one),
  );
  if (answered?.id !== undefined) scratchpad.resume.push(named?.[answered.id]);
  // fail closed: nobody knows which of several questions was answered, and what was not shown was not answered
  if (shown.length === 0 || !shown.every(isSame)) scratchpad.nullResume = undefined;
}

/** What the run has asked, of all that waited at once: below agents in tools, too. */
async function shownBy({
  thread_id,
  checkpoint_map,
  __pregel_checkpointer: checkpointer,
}: TaskConfig): Promise<readonly Shown[]> {
  const whole = { thread_id, checkpoint_ns: "", checkpoint_id: checkpoint_map?.[""] };
  const { pendingWrites = [] } = (await checkpointer?.getTuple({ configurable: whole })) ?? {};
  return pendingWrites.flatMap(([, channel, written]) =>
    channel === "__interrupt__" ? [written as Shown] : [],
  );
}
