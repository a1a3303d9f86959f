import type { Guard } from "forego";
import { type AirlineGuardOptions, type AirlineHost, loadAirlineGuard } from "./airline-guard.ts";
import { type DecidedCall, decideCalls, type OpenDatabases } from "./decide-calls.ts";
import type { Source } from "./find-source.ts";
import { loadConversations } from "./load-conversations.ts";
import { loadDatabase } from "./load-database.ts";
import { loadReference } from "./load-reference.ts";

/** What was decided about all calls of a source. */
export interface AirlineRun {
  readonly release: Guard<AirlineHost>["release"];
  /** The calls that a real agent made, in their order. */
  readonly recorded: readonly DecidedCall[];
  /** The calls that the airline approves, in their order. */
  readonly reference: readonly DecidedCall[];
  /** Milliseconds that deciding took, loading not included. */
  readonly elapsedMs: number;
}

/**
 * Decides the recorded calls of a source, and then its reference calls.
 *
 * @throws Error when the source cannot be read; ForegoError when the release cannot be used.
 */
export async function runAirline(
  { folder }: Source,
  options: Omit<AirlineGuardOptions, "databaseOf">,
): Promise<AirlineRun> {
  const database = await loadDatabase(folder);
  const conversations = await loadConversations(folder);
  const tasks = await loadReference(folder, database);
  const open: OpenDatabases = new Map();
  const guard = await loadAirlineGuard({
    ...options,
    databaseOf: (conversation = "") => open.get(conversation),
  });
  const startedAt = performance.now();
  const recorded = await decideCalls(guard, conversations, database, open);
  const reference = await decideCalls(guard, tasks, database, open);
  return { release: guard.release, recorded, reference, elapsedMs: performance.now() - startedAt };
}
