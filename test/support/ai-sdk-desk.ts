import type { AiSdkHost } from "@forego/ai-sdk";
import { createGuard, type Guard, type Observer, verified } from "@forego/core";
import { memoryStores } from "@forego/state/memory";
import { createEngine } from "forego";
import type { BuiltRelease, PolicyFiles } from "./build-release.ts";

/** A policy that allows every call, for what is not about rules. */
export const everythingAllowed: PolicyFiles = {
  "desk.policy.ts": `
    import { policy } from "@forego/dsl";
    export default policy({
      name: "desk",
      version: "1.0.0",
      rules: ({ allow }) => ({ everything: allow({ reason: "desk_work", when: () => true }) }),
    });
  `,
};

/** A policy that lets a tool be called twice an hour. */
export function twiceAnHour(tool: string, reason: string): PolicyFiles {
  return {
    "pace.policy.ts": `
    import { policy, tool } from "@forego/dsl";
    import { z } from "zod";
    const paced = tool("${tool}", z.object({}));
    export default policy({
      category: "workflow",
      name: "pace",
      version: "1.0.0",
      rules: ({ budget }) => ({
        paced: budget({ reason: "${reason}", tool: paced, window: { hours: 1 }, limit: 2, cost: 1 }),
      }),
    });
  `,
  };
}

/** Puts a guard before tools of the AI SDK that one user calls. */
export function guardDesk({ release }: BuiltRelease, ...observers: readonly Observer[]): Guard<AiSdkHost> {
  return createGuard<AiSdkHost>({
    engine: createEngine(release),
    state: memoryStores().state,
    identify: () => verified({ user: { id: "ana" } }),
    agent: { id: "desk-1", scope: "desk" },
    deadlineMs: 5000,
    observers,
  });
}
