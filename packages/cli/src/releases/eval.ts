import { decideInput } from "@forego/core";
import { readText, splitJson } from "../read-text.ts";
import { exitCodes, type Terminal } from "../terminal.ts";
import { type CliEngineKind, openEngine } from "./open-engine.ts";

/** Options of `forego eval`. */
export interface EvalOptions {
  readonly bundles: string;
  readonly input: string;
  readonly engine: CliEngineKind;
}

/**
 * `forego eval --bundles <dir> [--input <file>|-]`: decides inputs, and prints one decision a line, in their order.
 * An input that cannot be read is a deny for `forego.invalid_input` on its line, and no failure of the command.
 *
 * @throws ForegoError when the file or the release cannot be read.
 */
export async function evaluate(options: EvalOptions, terminal: Terminal): Promise<number> {
  const pieces = splitJson(await readText(options.input, terminal));
  const { engine, rules } = await openEngine(options.bundles, options.engine);
  const decisions = await Promise.all(
    // fail closed: what does not parse is decided, as an input that is none
    pieces.map((piece) => decideInput(piece.ok ? piece.value : undefined, { engine, rules })),
  );
  for (const decision of decisions) terminal.out(JSON.stringify(decision));
  return exitCodes.fine;
}
