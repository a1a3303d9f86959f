import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Engine } from "@forego/core";
import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease, type PolicyFiles } from "../support/build-release.ts";
import { root } from "../support/repository.ts";
import { doors } from "./doors.ts";
import { knownGaps } from "./known-gaps.ts";
import { closedOffice, officePolicies, unreadOffice } from "./office-policies.ts";
import { type OfficeDoor, openOfficeDoor } from "./open-office-door.ts";
import { type Engines, engineKinds, openReleaseEngines } from "./release-engines.ts";
import { requirements, requirementsOf } from "./requirements.ts";
import { verifications } from "./verifications.ts";

const releases: BuiltRelease[] = [];
let office: Engines;
let unread: Engines;
let closed: Engine;
beforeAll(async () => {
  const build = async (files: PolicyFiles) => {
    const built = await buildRelease(files);
    releases.push(built);
    return built;
  };
  office = await openReleaseEngines(await build(officePolicies));
  unread = await openReleaseEngines(await build(unreadOffice));
  closed = createEngine((await build(closedOffice)).release);
});
afterAll(async () => {
  await office.close();
  await unread.close();
  for (const one of releases) await one.remove();
});

test("each requirement has a verification, and each gap is named in its adapter's README", () => {
  expect(Object.keys(verifications).sort()).toEqual(Object.keys(requirements).sort());
  for (const { door: name, requirement, named } of knownGaps) {
    const door = doors.find((one) => one.name === name);
    if (door === undefined) throw new Error(`there is no door '${name}'`);
    expect(requirementsOf(door), name).toContain(requirement);
    const readme = readFileSync(join(root, "packages", door.adapter, "README.md"), "utf8");
    expect(readme.split("## What this does not protect against")[1]).toContain(named);
  }
});

describe.each(doors)("$name", (door) => {
  describe.each(engineKinds)("over the engine %s", (kind) => {
    for (const id of requirementsOf(door)) {
      const isGap = knownGaps.some((gap) => gap.door === door.name && gap.requirement === id);
      const verify = isGap ? test.fails : test;
      verify(`${id}: ${requirements[id]}`, async () => {
        const opened: OfficeDoor[] = [];
        const { engines } = door.lacks?.results === undefined ? office : unread;
        const engine = engines[kind];
        try {
          await verifications[id]({
            engine,
            closed,
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
