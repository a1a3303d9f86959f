import { expect, test } from "vitest";
import { timeText } from "./clock.ts";

test("times are written as they are, whichever was written before", () => {
  const times = [0, 1_757_684_700_000, 1_757_684_700_000, 1_757_684_700_001, 0];
  expect(times.map(timeText)).toEqual(times.map((ms) => new Date(ms).toISOString()));
  expect(() => timeText(Number.NaN)).toThrow(RangeError);
});
