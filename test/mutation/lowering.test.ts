import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "../support/repository.ts";
import { copyRepository } from "./copy-repository.ts";
import { killLowering } from "./kill-lowering.ts";
import { breakLowering, loweringBreaks } from "./lowering.ts";

describe("a break of the lowering", () => {
  test.each(loweringBreaks)("$file: $rule: changes its file at one place", (broken) => {
    const source = readFileSync(join(root, broken.file), "utf8");
    expect(breakLowering(source, broken)).not.toBe(source);
  });

  test("has a name of its own", () => {
    const names = loweringBreaks.map(({ file, rule }) => `${file}: ${rule}`);
    expect(new Set(names).size).toBe(names.length);
  });
});

// all of them take a quarter of an hour: npm run mutation:lowering
describe("a sample of them", () => {
  let copy: string;
  beforeAll(() => {
    copy = copyRepository();
  });
  afterAll(() => rmSync(copy, { recursive: true }));

  test("is noticed by a policy", () => {
    const broken = breakOf("De Morgan: false when either side is");
    expect(killLowering(copy, broken, { policy: broken.by })).toBe("mismatch");
  });

  test("is noticed by programs that are made up", () => {
    const broken = breakOf("a negation turns what is wanted");
    expect(killLowering(copy, broken, { programs: 12 })).toBe("mismatch");
  });
});

function breakOf(rule: string) {
  const broken = loweringBreaks.find((one) => one.rule === rule);
  if (broken === undefined) throw new Error(`there is no break '${rule}'`);
  return broken;
}
