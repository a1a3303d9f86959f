import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Database } from "./database.ts";
import type { Conversation } from "./recorded-call.ts";

const tasksSchema = z.array(
  z.object({
    task_id: z.string(),
    actions: z.array(z.object({ name: z.string(), arguments: z.record(z.string(), z.unknown()) })),
  }),
);

type Action = z.infer<typeof tasksSchema>[number]["actions"][number];

/**
 * Reads `approved-actions.json`: for each task, the calls that the airline's policy approves. There is no
 * conversation behind them, so the user is whoever the calls name, and has said yes to what is approved.
 *
 * @throws Error when the file is missing or is not of the form that the data's README gives.
 */
export async function loadReference(folder: string, database: Database): Promise<readonly Conversation[]> {
  const text = await readFile(join(folder, "approved-actions.json"), "utf8");
  return tasksSchema.parse(JSON.parse(text)).map(({ task_id, actions }) => ({
    name: `reference task ${task_id}`,
    userId: userOf(actions, database),
    calls: actions.map(({ name, arguments: args }, index) => ({
      tool: name,
      args,
      turnCount: index + 1,
      toolCallCount: index,
      userSaidYes: true,
    })),
  }));
}

/** The first user that a call names, or whose reservation it names; nobody where the task only searches. */
function userOf(actions: readonly Action[], { reservations }: Database): string {
  const named = actions.map(
    ({ arguments: args }) => args.user_id ?? reservations.get(String(args.reservation_id))?.user_id,
  );
  return String(named.find((user) => user !== undefined) ?? "nobody");
}
