import { ForegoError } from "@forego/core";
import type { Terminal } from "./terminal.ts";

/** An error as people read it: its code, what is wrong, and the fix. */
export function describeError(error: unknown, { colors }: Terminal): string {
  if (!ForegoError.isForegoError(error)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `${colors.red("error")} FG2999: forego failed. Please report this:\n${text}`;
  }
  return `${colors.red("error")} ${error.message.replace(" Fix: ", `\n  ${colors.cyan("fix:")} `)}`;
}
