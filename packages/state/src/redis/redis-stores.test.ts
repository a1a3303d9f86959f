import { createClient } from "redis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { RealServer } from "../../../../test/support/real-server.ts";
import { startRedis } from "../../../../test/support/redis-server.ts";
import { redisStores } from "./redis-stores.ts";

describe("redisStores", () => {
  let server: RealServer | undefined;

  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server?.stop());
  beforeEach(({ skip }) => {
    if (server === undefined) skip("no redis here");
  });

  test("go on when the server has forgotten their scripts", async () => {
    const client = await createClient({ url: server?.url ?? "" }).connect();
    const { state } = redisStores(client, { prefix: "{scripts}:" });
    const charge = { counter: "c", cost: 1, limit: 5, windowMs: 60_000 };
    await state.reserve("a", [charge]);
    await client.scriptFlush();
    expect(await state.reserve("b", [charge])).toEqual({ granted: true, used: [2], refused: [] });
    await client.close();
  });

  test("leave nothing behind when windows have passed", async () => {
    const client = await createClient({ url: server?.url ?? "" }).connect();
    const { state } = redisStores(client, { prefix: "{passing}:" });
    const charge = { counter: "c", cost: 1, limit: 100, windowMs: 100 };
    for (let index = 0; index < 20; index++) await state.reserve(`${index}`, [charge]);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(await state.openReservations(0)).toEqual([]);
    expect(await client.keys("{passing}:*")).toEqual([]);
    await client.close();
  });

  test("fail when the client is closed", async () => {
    const client = await createClient({ url: server?.url ?? "" }).connect();
    await client.close();
    const { state, approvals } = redisStores(client);
    await expect(state.reserve("a", [])).rejects.toThrow();
    await expect(approvals.state("same")).rejects.toThrow();
  });

  test.each(["a b", "line\n", "x".repeat(101), "\ud800"])("refuse the prefix %j", (prefix) => {
    const client = { eval: async () => null, evalSha: async () => null };
    expect(() => redisStores(client, { prefix })).toThrow("FG4102");
  });
});
