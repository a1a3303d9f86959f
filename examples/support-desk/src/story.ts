import { rm } from "node:fs/promises";
import { join } from "node:path";
import { main as forego } from "@forego/cli";
import { otelObserver } from "@forego/otel";
import { loadEngine, recordToFile } from "forego";
import { checkStory } from "./check-story.ts";
import { type Print, reportScenario, reportSpans } from "./report.ts";
import { runScenario } from "./run-scenario.ts";
import { runWithAiSdk } from "./run-with-ai-sdk.ts";
import { runWithLangChain } from "./run-with-langchain.ts";
import { scenarios } from "./scenarios.ts";
import { startTelemetry } from "./telemetry.ts";

/** Where the story finds its policies, and where it writes. */
export interface StoryOptions {
  readonly policies: string;
  /** Folder for the release and the decision log. What the last story left there is removed. */
  readonly out: string;
  readonly print: Print;
}

/**
 * Tells the story: builds the policies, runs every scenario in both hosts, and decides the log again. Answers with the
 * exit code: 0 when everything came out as the story says.
 */
export async function tellStory({ policies, out, print }: StoryOptions): Promise<number> {
  await rm(out, { recursive: true, force: true });
  const release = join(out, "release");
  const log = join(out, "decisions.jsonl");
  print("A support agent, governed by policies written in TypeScript.");
  print("");
  const built = await forego(["build", policies, "--out", release]);
  if (built !== 0) return built;

  const telemetry = startTelemetry();
  const records = recordToFile(log);
  const observers = [otelObserver({ meterProvider: telemetry.meterProvider }), records];
  const engine = await loadEngine(release);
  const problems: string[] = [];
  for (const [index, scenario] of scenarios.entries()) {
    const common = { scenario, conversationId: `conversation-${index + 1}`, engine, observers };
    const runs = [
      await telemetry.inSpan("langchain", () =>
        runScenario({ ...common, host: "LangChain", runAgent: runWithLangChain }),
      ),
      await telemetry.inSpan("ai-sdk", () =>
        runScenario({ ...common, host: "AI SDK", runAgent: runWithAiSdk }),
      ),
    ];
    reportScenario(index + 1, scenario, runs, print);
    problems.push(...checkStory(scenario, runs));
  }
  await records.close();
  reportSpans(telemetry.finishedSpans(), telemetry.endpoint, print);
  await telemetry.shutdown();

  print("");
  print("Decided again from the log:");
  const replayed = await forego(["replay", "--log", log, "--bundles", release]);
  for (const problem of problems) print(`PROBLEM ${problem}`);
  print("");
  print(`The log is ${log}; decide it again with`);
  print(`   npx forego replay --log ${log} --bundles ${release}`);
  return problems.length === 0 ? replayed : 1;
}
