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

/** One piece of JSON of a file, with the line that it begins on: parsed, or what does not parse. */
export type JsonPiece =
  | { readonly line: number; readonly ok: true; readonly value: unknown }
  | { readonly line: number; readonly ok: false };

/**
 * A text that parses whole is one piece of JSON; in any other, each line that is not empty is. A byte order mark
 * before the text, as some editors and shells write it, does not count.
 */
export function splitJson(text: string): readonly JsonPiece[] {
  const plain = text.replace(/^\uFEFF/, "");
  const whole = parsePiece(plain, 1);
  if (whole.ok) return [whole];
  return plain
    .split("\n")
    .flatMap((line, index) => (line.trim() === "" ? [] : [parsePiece(line, index + 1)]));
}

function parsePiece(text: string, line: number): JsonPiece {
  try {
    return { line, ok: true, value: JSON.parse(text) as unknown };
  } catch {
    return { line, ok: false };
  }
}
