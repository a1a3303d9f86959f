// Verifies every requirement over every door and engine:
//
//   npm run conformance
//
// Ends with `N passed, N failed`, and with 1 when something failed. A gap that is known, and stayed one, has passed.

import { fileURLToPath } from "node:url";
import { startVitest } from "vitest/node";

process.env.PARITY = "all";
const config = fileURLToPath(new URL("../vitest.config.ts", import.meta.url));
const vitest = await startVitest("test", ["test/conformance"], { config, watch: false });
const modules = vitest.state.getTestModules();
const tests = modules.flatMap((module) => [...module.children.allTests()]);
const passed = tests.filter((test) => test.result().state === "passed").length;
const broken = modules.filter((module) => module.errors().length > 0).length;
const failed = tests.length - passed + broken;
await vitest.close();
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = tests.length > 0 && failed === 0 ? 0 : 1;
