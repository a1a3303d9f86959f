import { pathToFileURL } from "node:url";
import { describeModule } from "./describe-module.ts";
import type { ModuleReport, ModuleRequest, ModuleResponse } from "./policy-facts.ts";
import { servePolicyModules } from "./policy-modules.ts";

// The program of the child process in which policy modules run. It has no environment, may write nothing and start
// nothing, and is ended when it takes too long: a policy module is reviewed code, but need not be trusted with more.

// what nearly every policy loads is there when the request comes; a folder with a zod of its own loads that one
void import("zod").catch(() => {});

process.once("message", async (request: ModuleRequest) => {
  // what a module prints must not be taken for an answer
  process.stdout.write = process.stderr.write.bind(process.stderr);
  servePolicyModules(request);
  const reports: ModuleReport[] = [];
  for (const { path, data } of request.policies) reports.push(await runModule(path, data));
  process.send?.({ reports } satisfies ModuleResponse, undefined, undefined, () => process.exit(0));
});

async function runModule(path: string, data: string | undefined): Promise<ModuleReport> {
  try {
    return describeModule(await import(pathToFileURL(path).href), data);
  } catch (error) {
    return {
      problems: [{ place: "module", code: "FG1008", message: `the module does not run: ${describe(error)}` }],
    };
  }
}

/** What was thrown, which may be anything: also what cannot be written, or throws again. */
function describe(thrown: unknown): string {
  try {
    return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  } catch {
    return "it throws what cannot be told";
  }
}
