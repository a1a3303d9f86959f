// Verifies every requirement over every door and engine:
//
//   npm run conformance
//
// Says what does not apply to a door, and why, and what was verified in its place.
// Ends with `N passed, N failed`, and with 1 when something failed. A gap that is known, and stayed one, has passed.

import { fileURLToPath } from "node:url";
import { startVitest } from "vitest/node";
import type { Handed } from "./door.ts";
import { doors } from "./doors.ts";
import { substitutes } from "./requirements.ts";

process.env.PARITY = "all";
const config = fileURLToPath(new URL("../vitest.config.ts", import.meta.url));
const vitest = await startVitest("test", ["test/conformance"], { config, watch: false });
const modules = vitest.state.getTestModules();
const tests = modules.flatMap((module) => [...module.children.allTests()]);
const passed = tests.filter((test) => test.result().state === "passed").length;
const broken = modules.filter((module) => module.errors().length > 0).length;
const failed = tests.length - passed + broken;
await vitest.close();
for (const { name, lacks = {} } of doors) {
  for (const [handed, why] of Object.entries(lacks)) {
    const { given, lacking } = substitutes[handed as Handed];
    process.stdout.write(`${name}: ${lacking.join(", ")} in the place of ${given.join(", ")}: ${why}\n`);
  }
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = tests.length > 0 && failed === 0 ? 0 : 1;
