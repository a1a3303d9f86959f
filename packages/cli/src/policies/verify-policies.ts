import { randomInt } from "node:crypto";
import type { LinkedRelease } from "@forego/compiler";
import { ForegoError } from "@forego/core";
import type { VerifiedPolicy, VerifyOptions } from "@forego/testing";
import { countOf } from "../print-mistakes.ts";
import { exitCodes, type Terminal } from "../terminal.ts";

/** Options of commands that verify. */
export interface VerifyChoices {
  /** Inputs for each policy that is verified. */
  readonly inputs?: string;
  /** Where the inputs begin. */
  readonly seed?: string;
  readonly json?: boolean;
}

/** What verifying came to. */
export interface Verified {
  readonly seed: number;
  readonly milliseconds: number;
  readonly policies: readonly VerifiedPolicy[];
}

const defaultInputs = 1000;

/** How many inputs each policy gets, and where they begin: somewhere else each time. */
export function readSample({ inputs, seed }: VerifyChoices): Pick<VerifyOptions, "inputs" | "seed"> {
  return {
    inputs: inputs === undefined ? defaultInputs : wholeNumber("--inputs", inputs),
    seed: seed === undefined ? randomInt(2 ** 31) : wholeNumber("--seed", seed),
  };
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value > 0 && value < 2 ** 31) return value;
  throw new ForegoError("FG3014", `${option} is '${text}'.`, "give it a whole number above zero.");
}

/** Compares what the policies mean as TypeScript with what the release means, and with the intermediate form. */
export async function verify(release: LinkedRelease, options: VerifyOptions): Promise<Verified> {
  const startedAt = performance.now();
  const { verifyRelease } = await import("@forego/testing");
  const policies = await verifyRelease(release, options);
  return { seed: options.seed, milliseconds: Math.round(performance.now() - startedAt), policies };
}

/** Whether everything means the same everywhere. */
export function isSame({ policies }: Verified): boolean {
  return policies.every(({ mismatch }) => mismatch === undefined);
}

/** Tells people what was compared, and what no input has shown. */
export function printVerified({ policies, seed, milliseconds }: Verified, terminal: Terminal): void {
  const { colors } = terminal;
  const inputs = policies.reduce((sum, one) => sum + one.inputs, 0);
  const seconds = (milliseconds / 1000).toFixed(1);
  const lines = policies.flatMap(({ name, inputs: own, unseen, unproven }) => [
    `  ${name}  ${countOf(own, "input")}, ${unseen.length === 0 ? "everything seen both ways" : `${unseen.length} never seen:`}`,
    ...(unproven === true
      ? [
          `    ${colors.yellow("not proven")}: its conditions are hand-written Rego, and were taken as the WASM has them`,
        ]
      : []),
    ...unseen.map((one) => `    ${one}`),
  ]);
  terminal.error(
    [
      `${colors.green("verified")} ${countOf(policies.length, "policy", "policies")} on ${countOf(inputs, "input")} in ${seconds} s: TypeScript, the intermediate form and both entrypoints of the WASM agree (seed ${seed})`,
      ...lines,
    ].join("\n"),
  );
}

/** Tells of a mismatch; nothing is written then. */
export function reportMismatch(verified: Verified, options: VerifyChoices, terminal: Terminal): number {
  if (options.json === true) terminal.out(JSON.stringify({ ok: false, verified }));
  else {
    const { name, mismatch } = verified.policies.find((policy) => policy.mismatch !== undefined) ?? {};
    terminal.error(`${name}: ${mismatch}\n`);
    terminal.error(
      `${terminal.colors.red("not built")}: the engines differ (seed ${verified.seed}). Nothing was written. Please report this with the policy.`,
    );
  }
  return exitCodes.findings;
}
