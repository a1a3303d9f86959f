import { devNull } from "node:os";
import { setImmediate as nextTurn } from "node:timers/promises";
import { readRelease } from "@forego/bundles";
import type { IrRelease } from "@forego/ir";
import { createWasmEngine } from "@forego/wasm";
import { recordToFile } from "forego";
import { guardInput } from "../contenders/guard-contender.ts";
import { fixedInput } from "../fixed-input.ts";
import { openTelemetry } from "../telemetry.ts";
import type { LongRun, LongRunReport, MemorySample } from "./long-run.ts";
import { type MemoryWatch, watchMemories } from "./watch-memories.ts";

/** Conversations that take turns. */
const conversations = 1000;

/** Pages of an instance: enough for the fixed input, and not for what {@link large} makes of it. */
const memory = { initial: 8, maximum: 8 };

/** So many classes that such an instance runs out of memory, and throws. */
const large = Array.from({ length: 1000 }, (_, index) => `class-${index}-`.padEnd(220, "x"));

/**
 * Decides over and over in this process, with the real guard and its observers: spans, metrics, records.
 *
 * @throws Error when Node runs without `--expose-gc`, or when a decision is not what it must be.
 */
export async function decideForLong({
  folder,
  decisions,
  samples,
  throwEach,
}: LongRun): Promise<LongRunReport> {
  const memories = watchMemories();
  const { info: release, module, data, ir } = await readRelease(folder);
  const limits = throwEach === 0 ? {} : { limits: { memory } };
  const engine = createWasmEngine({ release, module, data, ir: ir as IrRelease, ...limits });
  const telemetry = openTelemetry();
  const records = recordToFile(devNull);
  const { guard, call } = guardInput(engine, fixedInput, [telemetry.observer, records]);
  const { host } = call;
  const crowd = { ...host, user: { ...fixedInput.user, id: "u-1", data_classifications_authorized: large } };
  const curve: MemorySample[] = [];
  let thrown = 0;
  for (let index = 1; index <= decisions; index++) {
    const throws = throwEach > 0 && index % throwEach === 1;
    const { decision } = await decide(index, throws);
    const expected = throws ? "forego.engine_error" : "allow";
    if ((throws ? decision.reasons[0] : decision.effect) !== expected)
      throw new Error(`decision ${index} is ${decision.effect} for ${decision.reasons}, and not ${expected}`);
    if (throws) thrown += 1;
    // records are written, and spans exported, when the event loop turns
    if (index % 50 === 0) await nextTurn();
    if (index % Math.ceil(decisions / samples) === 0) curve.push(await takeSample(index, memories));
  }
  await records.close();
  await telemetry.close();
  return { curve, thrown, instances: engine.instances() };

  async function decide(index: number, throws: boolean) {
    const conversationId = `talk-${index % conversations}`;
    const admission = await guard.admit({
      ...{ ...call, callId: `call-${index}`, conversationId },
      host: throws ? crowd : host,
    });
    if (admission.decision.allow) await guard.settle(admission, { result: null });
    return admission;
  }
}

async function takeSample(decisions: number, memories: MemoryWatch): Promise<MemorySample> {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error("memory is measured with `node --expose-gc`");
  // what finalizers let go of is there for the next collection only
  for (let time = 0; time < 3; time++) {
    await nextTurn();
    gc();
  }
  const { heapUsed: heap, external, rss: resident } = process.memoryUsage();
  return { decisions, heap, external, linear: memories.liveBytes(), resident };
}

if (import.meta.main) {
  const report = await decideForLong(JSON.parse(process.argv[2] ?? "") as LongRun);
  process.stdout.write(JSON.stringify(report));
}
