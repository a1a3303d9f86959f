import type { Charge } from "@forego/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { endProcess } from "../support/real-server.ts";
import { type OpenStores, type StoreHost, type StoreKind, startHost } from "../support/shared-stores.ts";
import type { WorkerAnswer, WorkerOrder } from "../support/state-worker.ts";
import { startWorker, type WorkerProcess } from "../support/worker-process.ts";

const hour = 3_600_000;
const processes = 4;
const callsOfEach = 64;
const calls = processes * callsOfEach;

type Worker = WorkerProcess<WorkerOrder, readonly WorkerAnswer[]>;

describe.each<StoreKind>(["sqlite", "redis", "postgres"])("four processes on %s", (kind) => {
  let host: StoreHost | undefined;
  let stores: OpenStores;
  let workers: readonly Worker[];

  beforeAll(async () => {
    host = await startHost(kind);
  });
  afterAll(() => host?.stop());
  beforeEach(async ({ skip }) => {
    if (host === undefined) return skip(`no ${kind} here`);
    stores = await host.open();
    workers = Array.from(
      { length: processes },
      (): Worker => startWorker("state-worker.ts", [kind, stores.place]),
    );
    await Promise.all(workers.map((worker) => worker.next()));
  });
  afterEach(async () => {
    if (host === undefined) return;
    await Promise.all(workers.map(({ child }) => endProcess(child, "SIGKILL")));
    await stores.close();
  });

  /** Lets all processes ask at once, each for 64 calls at once. */
  const askAll = async (
    charges: (call: number) => readonly Charge[],
    settle?: WorkerOrder["settle"],
  ): Promise<readonly WorkerAnswer[]> => {
    for (const [index, worker] of workers.entries()) {
      const own = Array.from({ length: callsOfEach }, (_, call) => {
        const number = index * callsOfEach + call;
        return { id: `call-${number}`, charges: charges(number) };
      });
      worker.tell({ how: "together", calls: own, ...(settle === undefined ? {} : { settle }) });
    }
    return (await Promise.all(workers.map((worker) => worker.next()))).flatMap((answers) => answers ?? []);
  };

  const used = async (counter: string) => (await stores.state.usage([{ counter, windowMs: hour }]))[0];
  const charge = (counter: string, cost: number, limit: number): Charge => ({
    counter,
    cost,
    limit,
    windowMs: hour,
  });

  test("spend a limit to 99% at least, and never over", async () => {
    const answers = await askAll(() => [charge("c", 7, 1000)]);
    const granted = answers.filter((answer) => answer.granted);
    expect(answers).toHaveLength(calls);
    expect(granted).toHaveLength(142);
    expect(await used("c")).toBe(994);
    // each of them saw what those before it had taken, and nobody else did
    expect(new Set(granted.map((answer) => answer.used[0])).size).toBe(142);
  });

  test("refuse nothing while the costs fit", async () => {
    const cost = (call: number) => 1 + (call % 9);
    const sum = Array.from({ length: calls }, (_, call) => cost(call)).reduce((left, right) => left + right);
    const answers = await askAll((call) => [charge("c", cost(call), sum)]);
    expect(answers.filter(({ granted }) => !granted)).toEqual([]);
    expect(await used("c")).toBe(sum);
  });

  test("take several counters in any order, all or none, and wait for none of each other", async () => {
    const names = ["a", "b", "c", "d"];
    const limits = new Map(names.map((name, index) => [name, 100 + 50 * index]));
    const charges = (call: number) => {
      const turned = [...names.slice(call % 4), ...names.slice(0, call % 4)];
      const ordered = call % 2 === 0 ? turned : turned.reverse();
      return ordered.slice(0, 3).map((name) => charge(name, 1, limits.get(name) ?? 0));
    };
    const answers = await askAll(charges);
    const taken = new Map(names.map((name) => [name, 0]));
    for (const { id, granted } of answers) {
      if (!granted) continue;
      for (const { counter } of charges(Number(id.slice(5))))
        taken.set(counter, (taken.get(counter) ?? 0) + 1);
    }
    for (const name of names) {
      expect(taken.get(name)).toBeLessThanOrEqual(limits.get(name) ?? 0);
      expect(await used(name)).toBe(taken.get(name));
    }
    expect(taken.get("a")).toBe(100);
  });

  test("charge a call once that all of them ask for", async () => {
    for (const worker of workers) {
      const same = Array.from({ length: callsOfEach }, (_, call) => ({
        id: `same-${call % 8}`,
        charges: [charge("c", 5, 40)],
      }));
      worker.tell({ how: "together", calls: same });
    }
    const answers = (await Promise.all(workers.map((worker) => worker.next()))).flatMap((all) => all ?? []);
    expect(answers.filter(({ granted }) => !granted)).toEqual([]);
    expect(await used("c")).toBe(40);
  });

  test("leave nothing behind when they give everything back", async () => {
    const answers = await askAll(() => [charge("c", 7, 70), charge("d", 1, 1000)], "release");
    expect(answers.some(({ granted }) => granted)).toBe(true);
    expect([await used("c"), await used("d")]).toEqual([0, 0]);
    expect(await stores.state.openReservations(0)).toEqual([]);
  });

  test("lose nothing when one of them is killed amid its reservations", async () => {
    const [doomed, ...others] = workers;
    if (doomed === undefined) throw new Error("there are four");
    const endless = [{ id: "dead", charges: [charge("c", 3, 1_000_000), charge("d", 1, 1_000_000)] }];
    doomed.tell({ how: "endless", calls: endless });
    const told: string[] = [];
    while (told.length < 50) told.push(...((await doomed.next()) ?? []).map(({ id }) => id));
    await endProcess(doomed.child, "SIGKILL");
    for (let more = await doomed.next(); more !== undefined; more = await doomed.next()) {
      told.push(...more.map(({ id }) => id));
    }

    // what it was told is there, and at most one step more, which it did not live to hear of
    const open = await stores.state.openReservations(0);
    const found = open.map(({ id }) => id);
    expect(told.slice(0, 1000).filter((id) => !found.includes(id))).toEqual([]);
    const count = await used("d");
    expect([told.length, told.length + 1]).toContain(count);
    expect(await used("c")).toBe(3 * (count ?? 0));

    // the others go on, and may settle what it left
    const [next] = others;
    next?.tell({ how: "together", calls: [{ id: "alive", charges: [charge("c", 1, 1_000_000)] }] });
    expect(await next?.next()).toMatchObject([{ granted: true }]);
    expect(await stores.state.commit(found[0] ?? "", [1, 1])).toBe(true);
    expect(await stores.state.release(found[1] ?? "")).toBe(true);
    expect(await used("c")).toBe(3 * (count ?? 0) + 1 - 2 - 3);
  });
});
