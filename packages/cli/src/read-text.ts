import { readFile } from "node:fs/promises";
import { ForegoError } from "@forego/core";
import type { Terminal } from "./terminal.ts";

/**
 * Reads a file that an option names; `-` is standard input.
 *
 * @throws ForegoError FG3050 when it cannot be read.
 */
export async function readText(file: string, terminal: Terminal): Promise<string> {
  if (file === "-") return terminal.readInput();
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new ForegoError("FG3050", `The file '${file}' cannot be read.`, "name a file that is there.", {
      cause,
    });
  }
}

/** One piece of JSON of a file: parsed, or the text that does not parse. */
export type JsonPiece =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly text: string };

/** A text that parses whole is one piece of JSON; in any other, each line that is not empty is. */
export function splitJson(text: string): readonly JsonPiece[] {
  const whole = parsePiece(text);
  if (whole.ok) return [whole];
  return text.split("\n").flatMap((line) => (line.trim() === "" ? [] : [parsePiece(line)]));
}

function parsePiece(text: string): JsonPiece {
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch {
    return { ok: false, text };
  }
}
