import { existsSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the calls come from. */
export interface Source {
  /** `real`: the recorded conversations beside the repository. `recording`: the small ones of our own. */
  readonly kind: "real" | "recording";
  readonly folder: string;
}

/** What was asked for; nothing means the real conversations where they are. */
export interface SourceChoice {
  readonly recording?: boolean;
  /** Another folder with the real conversations. */
  readonly data?: string | undefined;
}

/** The recording that comes with the example. */
export const ownRecording: Source = {
  kind: "recording",
  folder: fileURLToPath(new URL("../recording", import.meta.url)),
};

/** Where the real conversations lie, relative to the repository. */
export const sharedFolder = fileURLToPath(new URL("../../../../shared/data/tau-airline", import.meta.url));

/**
 * Finds the conversations to decide: in the folder named, or beside the repository, or else our own recording.
 *
 * @throws Error when the folder that was named is not there.
 */
export function findSource({ recording = false, data }: SourceChoice): Source {
  if (recording) return ownRecording;
  const folder = data ?? sharedFolder;
  if (existsSync(folder)) return { kind: "real", folder };
  if (data !== undefined)
    throw new Error(`There is no folder '${data}'. Name the one with the conversations.`);
  return ownRecording;
}

/** Says in a line what is about to be decided. */
export function describeSource({ kind, folder }: Source): string {
  const shown = relative(process.cwd(), folder);
  if (kind === "real") return `Deciding what a real agent did under a written policy: ${shown}`;
  return `Deciding the small recording of our own: ${shown}\nThe conversations of a real agent are looked for in ${relative(process.cwd(), sharedFolder)}.`;
}
