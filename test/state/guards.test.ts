import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { breakGlassOverride } from "../support/break-glass-override.ts";
import { buildLifted } from "../support/build-lifted.ts";
import type { BuiltRelease } from "../support/build-release.ts";
import type { GuardAnswer, GuardedCall, GuardOrder } from "../support/guard-worker.ts";
import { endProcess } from "../support/real-server.ts";
import { type OpenStores, type StoreHost, type StoreKind, startHost } from "../support/shared-stores.ts";
import { startWorker, type WorkerProcess } from "../support/worker-process.ts";

const policies = {
  "office.policy.ts": `
    import { policy, tool } from "@forego/dsl";
    import { z } from "zod";
    export const wire = tool("wire", z.object({ amount: z.number(), to: z.string() }));
    export const vault = tool("read_vault", z.object({}), { data_classes: ["secret"] });
    export const mail = tool("mail", z.object({}), { data_classes: ["public"] });
    export default policy({
      name: "office",
      version: "1.0.0",
      owner: "office",
      default: "allow",
      rules: ({ requireApproval, deny }) => ({
        wires: requireApproval({ reason: "finance_agrees", tool: wire, from: { groups: ["finance"] }, when: () => true }),
        closed: deny({ reason: "closed", overridable: { by: ["oncall"] }, when: ({ action }) => action.tool === "export" }),
      }),
    });
  `,
  "limits.policy.ts": `
    import { int, policy, tool } from "@forego/dsl";
    import { z } from "zod";
    const buy = tool("buy", z.object({ price: int({ min: 0, max: 1000 }) }));
    export default policy({
      category: "workflow",
      name: "limits",
      version: "1.0.0",
      rules: ({ budget }) => ({
        spent: budget({ reason: "spent", tool: buy, window: { hours: 1 }, limit: 1000, cost: ({ args }) => args.price, key: ({ user }) => user.id }),
      }),
    });
  `,
  "leaks.policy.ts": `
    import { policy } from "@forego/dsl";
    export default policy({
      category: "compliance",
      name: "leaks",
      version: "1.0.0",
      rules: ({ deny }) => ({
        leak: deny({
          reason: "has_seen_secrets",
          when: ({ action, context }) => action.tool === "mail" && context.data_classes_seen.includes("secret"),
        }),
      }),
    });
  `,
};

const processes = 4;
const callsOfEach = 64;

let built: BuiltRelease;
beforeAll(async () => {
  built = await buildLifted(policies, "closed", breakGlassOverride("office", "closed"));
});
afterAll(() => built.remove());

type Worker = WorkerProcess<GuardOrder, readonly GuardAnswer[]>;

describe.each<StoreKind>(["sqlite", "redis", "postgres"])("the guards of four processes on %s", (kind) => {
  let host: StoreHost | undefined;
  let stores: OpenStores;
  let workers: readonly Worker[];

  beforeAll(async () => {
    host = await startHost(kind);
    if (host === undefined) return;
    stores = await host.open();
    const args = [built.dir, kind, stores.place];
    workers = Array.from({ length: processes }, (): Worker => startWorker("guard-worker.ts", args));
    await Promise.all(workers.map((worker) => worker.next()));
  });
  afterAll(async () => {
    if (host === undefined) return;
    await Promise.all(workers.map(({ child }) => endProcess(child, "SIGKILL")));
    await stores.close();
    await host.stop();
  });
  beforeEach(({ skip }) => {
    if (host === undefined) skip(`no ${kind} here`);
  });

  /** Lets one process do something, and waits for it. */
  async function order(index: number, order: GuardOrder): Promise<readonly GuardAnswer[]> {
    workers[index]?.tell(order);
    return (await workers[index]?.next()) ?? [];
  }

  /** Lets all processes make their calls at once. */
  async function all(callsOf: (worker: number) => readonly GuardedCall[]): Promise<readonly GuardAnswer[]> {
    const answers = workers.map((_, index) => order(index, { calls: callsOf(index) }));
    return (await Promise.all(answers)).flat();
  }

  const effects = (answers: readonly GuardAnswer[]) => answers.map(({ effect }) => effect).sort();
  const buyAll = (user: string, price: number) =>
    all((worker) =>
      Array.from({ length: callsOfEach }, (_, call) => ({
        ...{ user, tool: "buy", args: { price }, callId: `call-${call}` },
        conversationId: `talk-${worker}`,
      })),
    );

  test("spend a budget to 99% at least, and never over", async () => {
    const answers = await buyAll("ana", 7);
    expect(answers).toHaveLength(processes * callsOfEach);
    const refused = answers.filter(({ effect }) => effect !== "allow");
    expect(answers.length - refused.length).toBe(142);
    expect(new Set(refused.flatMap(({ reasons }) => reasons))).toEqual(new Set(["spent"]));
  });

  test("deny nothing while the costs fit", async () => {
    expect(new Set(effects(await buyAll("bob", 3)))).toEqual(new Set(["allow"]));
  });

  test("run a call once that was granted once, whoever asked, granted and runs it", async () => {
    const wire = (callId: string): GuardedCall => ({
      ...{ user: "ana", tool: "wire", args: { amount: 7, to: "acme" } },
      ...{ callId, conversationId: "talk-1" },
    });
    const [asked] = await order(0, { calls: [wire("call-1")] });
    expect(asked).toMatchObject({ effect: "require_approval", reasons: ["finance_agrees"] });
    const [request = ""] = asked?.requests ?? [];
    // neither who asked, nor who is of no such group
    expect(await order(1, { answer: request, by: { user: "ana", groups: ["finance"] } })).toMatchObject([
      { effect: "not_entitled" },
    ]);
    expect(await order(1, { answer: request, by: { user: "eve" } })).toMatchObject([
      { effect: "not_entitled" },
    ]);
    expect(await order(2, { answer: request, by: { user: "fay", groups: ["finance"] } })).toMatchObject([
      { effect: "granted" },
    ]);
    const other = { ...wire("call-2"), args: { amount: 70, to: "acme" } };
    expect(effects(await order(3, { calls: [other] }))).toEqual(["require_approval"]);
    const answers = await all((worker) => [1, 2, 3].map((one) => wire(`call-1-${worker}-${one}`)));
    expect(effects(answers)).toEqual(["allow", ...Array.from({ length: 11 }, () => "require_approval")]);
  });

  test("know what a conversation has seen in another one of them", async () => {
    const call = (tool: string, callId: string, conversationId: string): GuardedCall => ({
      ...{ user: "ana", tool, args: {}, callId, conversationId },
    });
    expect(effects(await order(0, { calls: [call("mail", "c-1", "talk-1")] }))).toEqual(["allow"]);
    expect(effects(await order(1, { calls: [call("read_vault", "c-2", "talk-1")] }))).toEqual(["allow"]);
    const answers = await all((worker) => [
      call("mail", `c-3-${worker}`, "talk-1"),
      call("mail", `c-4-${worker}`, "talk-2"),
    ]);
    expect(answers.map(({ reasons }) => reasons.join())).toEqual(
      workers.flatMap(() => ["has_seen_secrets", "forego.default_allow"]),
    );
  });

  test("lift by a grant as soon as it is given, and no longer than it is", async () => {
    const exporting = (worker: number): readonly GuardedCall[] => [
      { user: "ana", tool: "export", args: {}, callId: `e-${worker}-${Math.random()}` },
    ];
    const leave = {
      ...{ id: "g-1", tenant: "default", purpose: "export", user: { id: "ana" } },
      ...{ grantedBy: "fay", justification: "the audit", expiresAt: Date.now() + 3_600_000 },
    };
    expect(new Set(effects(await all(exporting)))).toEqual(new Set(["deny"]));
    await stores.grants.grant(leave);
    expect(new Set(effects(await all(exporting)))).toEqual(new Set(["allow"]));
    await stores.grants.revoke(leave);
    expect(new Set(effects(await all(exporting)))).toEqual(new Set(["deny"]));
  });
});
