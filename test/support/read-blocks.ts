import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./repository.ts";

/** A fenced block of a document. */
export interface FencedBlock {
  readonly language: string;
  /** What stands behind the language: `file=policies/payments.policy.ts`, `output`. */
  readonly info: string;
  readonly text: string;
  /** Line of the document at which the block's text begins. */
  readonly line: number;
}

/** Reads the fenced blocks of a document, in order. */
export function readBlocks(document: string): readonly FencedBlock[] {
  const lines = readFileSync(join(root, document), "utf8").split("\n");
  const blocks: FencedBlock[] = [];
  for (let index = 0; index < lines.length; index++) {
    const opening = /^```(\w*)\s*(.*)$/.exec(lines[index] ?? "");
    if (opening === null) continue;
    const end = lines.indexOf("```", index + 1);
    if (end < 0) throw new Error(`${document}:${index + 1}: the block has no end`);
    const [, language = "", info = ""] = opening;
    blocks.push({ language, info, text: lines.slice(index + 1, end).join("\n"), line: index + 2 });
    index = end;
  }
  return blocks;
}

/** The file that a block is, where it says so. */
export function fileOf({ info }: FencedBlock): string | undefined {
  return /(?:^|\s)file=(\S+)/.exec(info)?.[1];
}
