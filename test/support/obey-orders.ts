import { createInterface } from "node:readline";

/** Answers each order that a test writes to this process, a line of JSON each, until there are no more. */
export async function obeyOrders<TOrder, TAnswer>(
  obey: (order: TOrder) => Promise<readonly TAnswer[]>,
): Promise<void> {
  // the first line says that it is ready
  tell([]);
  for await (const line of createInterface({ input: process.stdin })) tell(await obey(JSON.parse(line)));
}

/** Writes answers as a line of JSON. */
export function tell(answers: readonly unknown[]): void {
  process.stdout.write(`${JSON.stringify(answers)}\n`);
}
