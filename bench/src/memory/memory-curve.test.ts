import { describe, expect, test } from "vitest";
import type { MemorySample } from "./long-run.ts";
import { fullScale, isFlat, type MemoryTrend, printTrends, slopeOf } from "./memory-curve.ts";

/** A curve that rises by so many bytes a decision, with noise as collections leave it. */
function curveOf(slope: number): readonly MemorySample[] {
  return Array.from({ length: 10 }, (_, index) => {
    const decisions = 500_000 + index * 50_000;
    const noise = [0, 300_000, -200_000][index % 3] ?? 0;
    const third = Math.round((slope * decisions + noise) / 3);
    return { decisions, heap: 30e6 + third, external: 10e6 + third, linear: 2e6 + third, resident: 300e6 };
  });
}

const trendOf = (slope: number, more: Partial<MemoryTrend> = {}): MemoryTrend => {
  const curve = curveOf(slope);
  return { name: "clean", curve, slope: slopeOf(curve), thrown: 0, instances: 1, ...more };
};

describe("a curve of memory", () => {
  test.each([0, 8, 200, -50])("rises by its %i bytes a decision, noise or not", (slope) => {
    expect(Math.abs(slopeOf(curveOf(slope)) - slope)).toBeLessThan(0.7);
  });

  test("is flat where no decision leaves an object behind", () => {
    expect(isFlat([trendOf(0)], fullScale)).toBe(true);
    expect(isFlat([trendOf(0), trendOf(8)], fullScale)).toBe(false);
    expect(printTrends([trendOf(8)], fullScale)).toContain("memory is not flat");
  });

  test("says nothing where the engine that threw was not made anew", () => {
    expect(isFlat([trendOf(0, { thrown: 100, instances: 101 })], fullScale)).toBe(true);
    expect(isFlat([trendOf(0, { thrown: 100, instances: 100 })], fullScale)).toBe(false);
  });
});
