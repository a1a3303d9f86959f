import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type Database, flightSchema, reservationSchema, userSchema } from "./database.ts";

/**
 * Reads `users.json`, `reservations.json` and `flights.json` of a folder.
 *
 * @throws Error when one of them is missing or is not what the airline keeps.
 */
export async function loadDatabase(folder: string): Promise<Database> {
  const [users, reservations, flights] = await Promise.all([
    loadTable(folder, "users", userSchema),
    loadTable(folder, "reservations", reservationSchema),
    loadTable(folder, "flights", flightSchema),
  ]);
  return { users, reservations, flights };
}

async function loadTable<TRow>(
  folder: string,
  name: string,
  row: z.ZodType<TRow>,
): Promise<Map<string, TRow>> {
  const text = await readFile(join(folder, `${name}.json`), "utf8");
  return new Map(Object.entries(z.record(z.string(), row).parse(JSON.parse(text))));
}
