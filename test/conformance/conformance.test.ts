import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Engine } from "@forego/core";
import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../support/build-release.ts";
import { root } from "../support/repository.ts";
import { doors } from "./doors.ts";
import { knownGaps } from "./known-gaps.ts";
import { closedOffice, officePolicies } from "./office-policies.ts";
import { type OfficeDoor, openOfficeDoor } from "./open-office-door.ts";
import { type Engines, engineKinds, openReleaseEngines } from "./release-engines.ts";
import { type Requirement, requirements } from "./requirements.ts";
import { verifications } from "./verifications.ts";

let office: BuiltRelease;
let closed: BuiltRelease;
let engines: Engines;
let shut: Engine;
beforeAll(async () => {
  office = await buildRelease(officePolicies);
  closed = await buildRelease(closedOffice);
  engines = await openReleaseEngines(office);
  shut = createEngine(closed.release);
});
afterAll(async () => {
  await engines.close();
  await office.remove();
  await closed.remove();
});

const ids = Object.keys(requirements) as Requirement[];

test("each requirement has a verification, and each gap is named in its adapter's README", () => {
  expect(Object.keys(verifications).sort()).toEqual([...ids].sort());
  for (const { door: name, named } of knownGaps) {
    const door = doors.find((one) => one.name === name);
    expect(door, name).toBeDefined();
    const readme = readFileSync(join(root, "packages", door?.adapter ?? "", "README.md"), "utf8");
    expect(readme.split("## What this does not protect against")[1]).toContain(named);
  }
});

describe.each(doors)("$name", (door) => {
  describe.each(engineKinds)("over the engine %s", (kind) => {
    for (const id of ids) {
      const isGap = knownGaps.some((gap) => gap.door === door.name && gap.requirement === id);
      const verify = isGap ? test.fails : test;
      verify(`${id}: ${requirements[id]}`, async () => {
        const opened: OfficeDoor[] = [];
        const engine = engines.engines[kind];
        try {
          await verifications[id]({
            engine,
            closed: shut,
            async open({ engine: other = engine, ...options } = {}) {
              const one = await openOfficeDoor(door, other, options);
              opened.push(one);
              return one;
            },
          });
        } finally {
          for (const one of opened) await one.close();
        }
      });
    }
  });
});
