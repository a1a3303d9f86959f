import type { Call, Decision, Engine, GuardOptions, ReservedReason } from "@forego/core";
import type { Desk, DeskHost } from "../support/desk-guard.ts";
import type { ManualClock } from "../support/manual-clock.ts";
import type { Servers } from "./open-engines.ts";

/** The engines that the table is run over. */
export const engineKinds = ["wasm", "ir", "opa"] as const;

/** One of {@link engineKinds}. */
export type FailingEngine = (typeof engineKinds)[number];

/** What is the matter while a row is played. */
export interface Trouble {
  /** Whether it lasts: it is over before the next call. */
  isOn: boolean;
  readonly clock: ManualClock;
  /** How far the machine's clocks have jumped. */
  readonly jump: { wallMs: number; monotonicMs: number };
}

/** One trouble, and what becomes of the call that meets it. */
export interface Failure {
  readonly name: string;
  /** The reason of the deny; a reason of a policy's where the call is asked about again, and still does not run. */
  readonly reason: ReservedReason | "refund_needs_confirmation";
  /** The engines that it can happen to. Defaults to all. */
  readonly engines?: readonly FailingEngine[];
  /** What the trouble does to the guard. */
  readonly options?: (trouble: Trouble) => Partial<GuardOptions<DeskHost>>;
  /** What the trouble does to the engine: given the real answer, the answer instead. */
  readonly answer?: (real: () => unknown, trouble: Trouble) => unknown;
  /** What the trouble does to the OPA server. */
  readonly server?: (servers: Servers) => void;
  /** The call, where it is not a refund that is allowed. */
  readonly call?: Partial<Call<DeskHost>>;
  /** Plays more than one admission; answers with the decision that must not be an allow. */
  readonly play?: (desk: Desk, trouble: Trouble) => Promise<Decision>;
}

/** The engine of a row: the real one, but for the answers that the row gives instead. */
export function failingEngine(engine: Engine, { answer }: Failure, trouble: Trouble): Engine {
  if (answer === undefined) return engine;
  return {
    ...engine,
    evaluate: (input) =>
      trouble.isOn ? answer(() => engine.evaluate(input), trouble) : engine.evaluate(input),
  };
}
