import { type Json, snapshotJson } from "../json/json-snapshot.ts";
import type { FactProvider, FactRequest } from "../ports/fact-provider.ts";
import { begin, Interrupted, isThenable, type Steps, wait } from "../steps/steps.ts";

/** A fact that could not be had, for the operator. */
export interface FactFailure {
  readonly fact: string;
  readonly cause: unknown;
  /** There is none: no provider, or one that answered `undefined`. A rule that says what this means goes on without. */
  readonly isAbsent?: true;
}

/** The facts that rules will read, and those that failed. A rule that reads a failed one is invalid. */
export interface FetchedFacts {
  readonly facts: Record<string, Json>;
  readonly failures: readonly FactFailure[];
}

/**
 * Fetches the named facts in parallel; providers of others are not called. A provider that fails leaves its fact
 * absent; what interrupts the waiting (the deadline, the synchronous path) is thrown.
 */
export function* fetchFacts(
  names: readonly string[],
  providers: ReadonlyMap<string, FactProvider>,
  request: FactRequest,
): Steps<FetchedFacts> {
  const facts: Record<string, Json> = {};
  const failures: FactFailure[] = [];
  yield* begin(...names.map((name) => providers.get(name)));
  const pending = names.map((name) => [name, start(providers.get(name), request)] as const);
  for (const [name, started] of pending) {
    if (started === undefined) {
      failures.push(absent(name, "no provider is configured"));
      continue;
    }
    try {
      const answer = yield* wait(started.value);
      if (started.failed) throw answer;
      if (answer === undefined) {
        failures.push(absent(name, "the provider has no answer"));
        continue;
      }
      const snapshot = snapshotJson(answer);
      if (!snapshot.ok) throw new Error(`the answer is not plain data: ${snapshot.problem}`);
      facts[name] = snapshot.value;
    } catch (cause) {
      if (cause instanceof Interrupted) throw cause;
      // fail closed: the fact stays absent, and the rules that read it are invalid
      failures.push({ fact: name, cause });
    }
  }
  return { facts, failures };
}

function absent(fact: string, problem: string): FactFailure {
  return { fact, cause: new Error(problem), isAbsent: true };
}

interface Started {
  readonly failed: boolean;
  readonly value: unknown;
}

function start(provider: FactProvider | undefined, request: FactRequest): Started | undefined {
  if (provider === undefined) return undefined;
  try {
    const answer = provider(request);
    if (!isThenable(answer)) return { failed: false, value: answer };
    // what databases answer with often begins only when it is waited for: all of them begin here
    const value = Promise.resolve(answer);
    // a rejection that nobody has awaited yet must not end the process
    value.catch(() => {});
    return { failed: false, value };
  } catch (cause) {
    return { failed: true, value: cause };
  }
}
