import type { Node } from "ts-morph";
import { refuse } from "../diagnostics/refusal.ts";

const units = { seconds: 1000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;

/** The longest window: what is counted is kept that long. */
const longestMs = 400 * units.days;

/** Checks how long what was used counts: its milliseconds. */
export function checkWindow(window: unknown, node: Node): number {
  const parts = typeof window === "object" && window !== null ? Object.entries(window) : [];
  const lengths = parts.map(([unit, count]) =>
    Object.hasOwn(units, unit) && Number.isSafeInteger(count) && Number(count) > 0
      ? Number(count) * units[unit as keyof typeof units]
      : Number.NaN,
  );
  const sum = lengths.reduce((all, one) => all + one, 0);
  if (sum > 0 && sum <= longestMs) return sum;
  return refuse(
    node,
    "FG1025",
    "the window is no length of time",
    "write { hours: 1 }, or { days: 7 }: up to 400 days",
  );
}
