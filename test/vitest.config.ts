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
    pool: "forks",
    // a process runs many files: loading the compiler anew for each would take a third of the time
    isolate: false,
    // by default one less: of two processors, one
    maxWorkers: availableParallelism(),
    execArgv: ["--conditions=@forego/source"],
  },
});
