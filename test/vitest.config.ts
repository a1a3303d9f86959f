import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const conditions = ["@forego/source", "node", "import", "module", "default"];

export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  resolve: { conditions },
  ssr: { resolve: { conditions: conditions.filter((one) => one !== "import") } },
  test: {
    include: ["{dsl,packages/*,policies,examples/*,bench,test}/**/*.test.ts"],
    // each compiles policies or runs OPA: seconds on a small machine
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    pool: "forks",
    // a process runs many files: loading the compiler anew for each would take a third of the time
    isolate: false,
    // one more than processors, as each waits for OPA and for servers now and then
    maxWorkers: availableParallelism() + 1,
    // commands that tests start load the TypeScript compiler: in half the time where it was loaded before
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL("../node_modules/.cache/node", import.meta.url)) },
    execArgv: ["--conditions=@forego/source"],
  },
});
