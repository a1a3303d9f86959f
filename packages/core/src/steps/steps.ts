import type { ReservedReason } from "../contract/reserved-reasons.ts";
import type { Clock } from "./clock.ts";

/**
 * Work that may have to wait. One body serves both paths of the guard: the asynchronous one awaits what is
 * yielded, the synchronous one refuses it. A body that never meets a promise runs to its end at once.
 */
export type Steps<TResult> = Generator<PromiseLike<unknown>, TResult, unknown>;

/** Thrown into a body at the point where it waits: the deadline passed, or waiting is not possible. */
export class Interrupted extends Error {
  readonly reason: ReservedReason;

  constructor(reason: ReservedReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

const AsyncFunction = (async () => {}).constructor;

/** What a body yields before it begins what will have to be waited for. */
const beginning: PromiseLike<void> = Promise.resolve();

/**
 * Goes before calls of functions: the synchronous path is interrupted here where one of them is asynchronous. Of any
 * other, only its answer shows that it must be waited for.
 */
export function* begin(...called: readonly unknown[]): Steps<void> {
  if (called.some((one) => one instanceof AsyncFunction)) yield beginning;
}

/** Calls a function that may answer later, and waits for its answer. */
export function* ask<TValue>(called: unknown, call: () => TValue | PromiseLike<TValue>): Steps<TValue> {
  yield* begin(called);
  return yield* wait(call());
}

/** Waits for a value if it is a promise; otherwise goes on at once. */
export function* wait<TValue>(value: TValue | PromiseLike<TValue>): Steps<TValue> {
  return isThenable(value) ? ((yield value) as TValue) : value;
}

/**
 * Runs a body, awaiting what it waits for until `deadlineMs` have passed since the start of the run.
 * What is still pending then is left alone, and the body is interrupted with `forego.deadline`.
 */
export async function runSteps<TResult>(
  steps: Steps<TResult>,
  clock: Clock,
  deadlineMs: number,
): Promise<TResult> {
  const endsAt = clock.monotonic() + deadlineMs;
  let step = steps.next();
  while (!step.done) {
    if (step.value === beginning) {
      step = steps.next();
      continue;
    }
    const settled = await settleWithin(step.value, clock, endsAt - clock.monotonic());
    step = settled.ok ? steps.next(settled.value) : steps.throw(settled.error);
  }
  return step.value;
}

/** Runs a body without waiting: the first promise that it meets interrupts it with `forego.async_unavailable`. */
export function runStepsNow<TResult>(steps: Steps<TResult>): TResult {
  let step = steps.next();
  while (!step.done) {
    // nobody will await it: its failure is reported as the interruption
    Promise.resolve(step.value).catch(() => {});
    // fail closed: the synchronous path never starts what it cannot finish
    step = steps.throw(
      new Interrupted("forego.async_unavailable", "asynchronous work on the synchronous path"),
    );
  }
  return step.value;
}

type Settled =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: unknown };

function settleWithin(promise: PromiseLike<unknown>, clock: Clock, ms: number): Promise<Settled> {
  return new Promise((resolve) => {
    const late = () => {
      // fail closed: what comes after the deadline does not count
      resolve({ ok: false, error: new Interrupted("forego.deadline", "the deadline passed") });
    };
    const cancel = clock.schedule(late, Math.max(0, ms));
    const settle = (settled: Settled) => {
      cancel();
      resolve(settled);
    };
    // a thenable of the application's may throw where a promise would not
    Promise.resolve(promise).then(
      (value) => settle({ ok: true, value }),
      (error: unknown) => settle({ ok: false, error }),
    );
  });
}

/** Whether a value is to be waited for. */
export function isThenable<TValue>(value: TValue | PromiseLike<TValue>): value is PromiseLike<TValue> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
