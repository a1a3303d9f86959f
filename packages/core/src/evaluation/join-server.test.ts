import fc from "fast-check";
import { expect, test } from "vitest";
import { type EngineOutput, nothingSaid, unspoken } from "../release/engine.ts";
import type { Effect, RuleInfo } from "../release/release.ts";
import type { ServerOutput } from "./evaluation.ts";
import { joinServer } from "./join-server.ts";

const strictness = { allow: 0, require_approval: 1, deny: 2 } as const;

const main = fc.constantFrom<EngineOutput>(
  { ...nothingSaid, effect: "allow", reasons: ["work"] },
  { ...nothingSaid, effect: "require_approval", reasons: ["asked"] },
  { ...nothingSaid, effect: "deny", reasons: ["forbidden"] },
  { ...nothingSaid, effect: "deny", reasons: ["forego.no_matching_allow"] },
);

/** What each rule of a server's release did. `allow` is there too: a release that has one does not link. */
const rules = fc.array(
  fc.record({
    effect: fc.constantFrom<Effect>("allow", "deny", "require_approval", "redact", "audit"),
    became: fc.constantFrom("hit", "invalid", "silent"),
    isGranted: fc.boolean(),
  }),
  { maxLength: 5 },
);
type Said = { readonly effect: Effect; readonly became: string; readonly isGranted: boolean };

function said(rules: readonly Said[]): {
  readonly server: ServerOutput;
  readonly granted: readonly string[];
} {
  const named = rules.map((rule, index) => ({ ...rule, id: `crm/r${index}` }));
  const ids = (became: string) => named.filter((one) => one.became === became).map(({ id }) => id);
  const infos = named.map(
    ({ id, effect }) =>
      ({
        id,
        effect,
        reason: id,
        requires: [],
        on: ["tool_call"],
        paths: ["args.to"],
      }) as unknown as RuleInfo,
  );
  return {
    server: {
      server: "crm",
      release: "sha256:0",
      output: { ...unspoken, hits: ids("hit"), invalid: ids("invalid") },
      rules: infos,
    },
    granted: named.filter(({ isGranted }) => isGranted).map(({ id }) => id),
  };
}

const strict = ({ effect }: EngineOutput) => strictness[effect];

test("a server's release never allows more than the main one", () => {
  fc.assert(
    fc.property(main, rules, (before, some) => {
      const { server, granted } = said(some);
      expect(strict(joinServer(before, server, granted))).toBeGreaterThanOrEqual(strict(before));
    }),
  );
});

test("one more rule of a server's never allows more", () => {
  fc.assert(
    fc.property(main, rules, rules, (before, some, more) => {
      const { server, granted } = said(some);
      const { server: larger, granted: all } = said([
        ...some,
        ...more.map((one) => ({ ...one, isGranted: false })),
      ]);
      const fewer = joinServer(before, server, granted);
      expect(strict(joinServer(before, larger, all))).toBeGreaterThanOrEqual(strict(fewer));
    }),
  );
});

test("the order of a server's rules does not count", () => {
  fc.assert(
    fc.property(main, rules, (before, some) => {
      const { server, granted } = said(some);
      const turned = {
        ...server,
        rules: server.rules.toReversed(),
        output: { ...server.output, hits: server.output.hits.toReversed() },
      };
      const sorted = ({ reasons, ...rest }: EngineOutput) => ({
        ...rest,
        hits: [],
        reasons: [...reasons].sort(),
      });
      expect(sorted(joinServer(before, turned, granted))).toEqual(
        sorted(joinServer(before, server, granted)),
      );
    }),
  );
});
