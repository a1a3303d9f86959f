import { describe, expect, test } from "vitest";
import { type Asker, createRounds } from "./rounds.ts";

type Claims = Readonly<Record<string, unknown>>;

const ana = { sub: "ana", groups: ["finance"], exp: 1, iat: 1, nbf: 1, jti: "first" };
const renewed = { ...ana, exp: 2, iat: 2, nbf: 2, jti: "second" };

/** A request of somebody whose token says so, with the state that a client sends back. */
function asker(extra: Claims, params: object = {}, token: object = {}): Asker {
  return {
    request: {
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name: "echo", arguments: { text: "ask" }, ...params },
    },
    extra: { authInfo: { token: "t", clientId: "app", scopes: ["echo"], ...token, extra: { ...extra } } },
  };
}

describe("a request that was put off", () => {
  test.each<[string, Claims, Claims]>([
    ["the same token", ana, ana],
    ["a renewed token", ana, renewed],
    ["a renewed token, whose claims come in another order", ana, { jti: "second", exp: 2, ...swapped(ana) }],
    ["a renewed token, below its user", { user: "ana", claims: ana }, { user: "ana", claims: renewed }],
    ["a renewed token that says no more when it ends", ana, { sub: "ana", groups: ["finance"] }],
  ])("goes on with %s", (_what, first, second) => {
    const rounds = createRounds<string>(1000);
    const requestState = rounds.putOff(asker(first), "round");
    expect(rounds.resume(asker(second, { requestState }))).toBe("round");
    expect(rounds.isWaiting()).toBe(false);
  });

  test.each<[string, Claims, Claims, object?, object?]>([
    ["whose token names another", ana, { ...renewed, sub: "eve" }],
    ["whose token names other groups", ana, { ...renewed, groups: [] }],
    ["whose token says more", ana, { ...renewed, act: { sub: "bot" } }],
    [
      "whose token names another below its user",
      { user: "ana", claims: ana },
      { user: "ana", claims: { ...renewed, sub: "eve" } },
    ],
    ["whose token is for other scopes", ana, renewed, {}, { scopes: ["echo", "more"] }],
    ["whose token is another client's", ana, renewed, {}, { clientId: "other" }],
    ["with other arguments", ana, renewed, { arguments: { text: "ask more" } }],
    ["with arguments that name another time", ana, renewed, { arguments: { text: "ask", exp: 2 } }],
    ["of another tool", ana, renewed, { name: "other" }],
    ["as a task", ana, renewed, { task: {} }],
  ])("does not go on as one %s", (_what, first, second, params, token) => {
    const rounds = createRounds<string>(1000);
    const requestState = rounds.putOff(asker(first), "round");
    expect(rounds.resume(asker(second, { ...params, requestState }, token))).toBe("unknown");
    // whoever it belongs to goes on with it all the same
    expect(rounds.resume(asker(first, { requestState }))).toBe("round");
  });

  test("goes on once, and by its own state alone", () => {
    const rounds = createRounds<string>(1000);
    const requestState = rounds.putOff(asker(ana), "round");
    expect(rounds.resume(asker(ana))).toBeUndefined();
    for (const other of ["", "made up", 7, null, { toString: () => requestState }])
      expect(rounds.resume(asker(ana, { requestState: other }))).toBe("unknown");
    expect(rounds.resume(asker(ana, { requestState }))).toBe("round");
    expect(rounds.resume(asker(ana, { requestState }))).toBe("unknown");
  });
});

/** The same claims in the opposite order, without those that each token says anew. */
function swapped({ sub, groups }: typeof ana): Claims {
  return { groups, sub };
}
