import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { compareInProcess, createComparison } from "@forego/testing";
import { makeModuleFolder } from "../support/module-folder.ts";
import { buildBatch } from "./built-policy.ts";
import { compareInOpa } from "./compare-in-opa.ts";
import { type Program, programArbitrary, programName } from "./program-arbitrary.ts";
import { type Shrinkable, sampleShrinkable, shrinkTogether } from "./shrink-batch.ts";

/** How programs are compared. */
export interface ProgramSample {
  readonly seed: number;
  readonly programs: number;
  /** Inputs for each program. */
  readonly inputs: number;
  /** Which batches of programs are compared here, where others compare the rest: every so many, from one on. */
  readonly share?: { readonly of: number; readonly from: number };
  /** Milliseconds for making a failing program smaller. */
  readonly shrinkForMs?: number;
}

/** What comparing programs came to. */
export interface ComparedPrograms {
  readonly programs: number;
  readonly inputs: number;
  readonly mismatches: number;
}

/** Programs that are compiled and built at once. */
const batchSize = 100;

/** Inputs of each program that OPA's own evaluator gets. */
const opaInputs = 2;

const defaultShrinkMs = 240_000;

/** Makes up policies, builds them in batches, and compares them as all others are compared. Stops at the first mismatch. */
export async function comparePrograms(
  { seed, programs, inputs, share = { of: 1, from: 0 }, shrinkForMs = defaultShrinkMs }: ProgramSample,
  say: (line: string) => void,
): Promise<ComparedPrograms> {
  const all = sampleShrinkable(programArbitrary, { seed, numRuns: programs });
  let compared = 0;
  for (let at = share.from * batchSize; at < all.length; at += share.of * batchSize) {
    const startedAt = performance.now();
    const batch = all.slice(at, at + batchSize);
    const failure = await firstFailing(
      batch.map(({ value_ }) => value_),
      { seed, inputs },
    );
    if (failure !== undefined) {
      const failing = at + failure.index;
      say(`program ${failing} of seed ${seed} fails, and is made smaller:\n${failure.problem}`);
      say(await describeFailure(batch[failure.index] as Failing, failure, { seed, inputs }, shrinkForMs));
      return { programs: compared, inputs: inputs * compared, mismatches: 1 };
    }
    compared += batch.length;
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    say(`programs ${at + 1} to ${at + batch.length}: ${inputs * batch.length} inputs in ${seconds} s`);
  }
  return { programs: compared, inputs: inputs * compared, mismatches: 0 };
}

type InputSample = Pick<ProgramSample, "seed" | "inputs">;

type Failing = Shrinkable<Program>;

/** A program of a batch that does not mean the same everywhere. */
interface Failure {
  readonly index: number;
  /** What was wrong when the batch was compared. */
  readonly problem: string;
}

/** Which program of a batch fails, the first of them. */
async function firstFailing(batch: readonly Program[], sample: InputSample): Promise<Failure | undefined> {
  const problem = await problemOf(batch, sample);
  if (problem === undefined) return undefined;
  const named = /\bprogram_(\d+)/.exec(problem)?.[1];
  if (named !== undefined) return { index: Number(named), problem };
  // something keeps all of them from being built: halves until it is found
  for (let [from, to] = [0, batch.length]; ; ) {
    if (to - from === 1) return { index: from, problem };
    const middle = Math.floor((from + to) / 2);
    if ((await problemOf(batch.slice(from, middle), sample)) === undefined) from = middle;
    else to = middle;
  }
}

/** What is wrong with programs that are built together; nothing when all is well. */
async function problemOf(programs: readonly Program[], sample: InputSample): Promise<string | undefined> {
  const folder = await writePrograms(programs);
  try {
    const { policies, dispose } = await buildBatch(folder);
    try {
      const comparisons = policies.map((release) => ({ release, comparison: createComparison(release) }));
      for (const { comparison } of comparisons) compareInProcess(comparison, sample);
      // asked at once, they are evaluated by one run of OPA
      const some = { ...sample, inputs: opaInputs };
      await Promise.all(comparisons.map((one) => compareInOpa(one.release, one.comparison, some)));
      return undefined;
    } finally {
      await dispose();
    }
  } catch (error) {
    return (error as Error).message;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Writes programs where they can be compiled, and imported as they are. */
async function writePrograms(programs: readonly Program[]): Promise<string> {
  const folder = await makeModuleFolder();
  for (const [index, { source, data, deriving }] of programs.entries()) {
    const name = `program_${index}`;
    const write = async (file: string, text: string) => {
      await writeFile(join(folder, `${file}.policy.ts`), text.replaceAll(programName, name));
      await writeFile(join(folder, `${file}.data.json`), data);
    };
    await write(name, source);
    if (deriving !== undefined) await write(`${name}_deriving`, deriving);
  }
  return folder;
}

/** Makes a failing program as small as it gets, and tells what is wrong with it. */
async function describeFailure(
  failing: Failing,
  { problem: first }: Failure,
  sample: InputSample,
  shrinkForMs: number,
): Promise<string> {
  const smallest = await shrinkTogether(
    programArbitrary,
    failing,
    async (programs) => (await firstFailing(programs, sample))?.index,
    shrinkForMs,
  );
  const problem =
    (await problemOf([smallest], sample)) ?? `it fails only among others, where at first:\n${first}`;
  return [smallest.source, smallest.deriving ?? "", `data ${smallest.data}`, problem].join("\n");
}
