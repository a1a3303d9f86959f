import { expect, test } from "vitest";
import { estimateTokens } from "./estimate-tokens.ts";

test("counts about four characters a token, of names and of values", () => {
  expect(estimateTokens([{ role: "user", content: "x".repeat(4000) }])).toBeGreaterThan(1000);
  expect(estimateTokens([{ role: "user", content: "x".repeat(4000) }])).toBeLessThan(1020);
});

test("counts no bytes of files, and every field of a tool's arguments", () => {
  const long = "x".repeat(40_000);
  expect(estimateTokens([{ type: "file", mediaType: "image/png", data: long }])).toBeLessThan(50);
  expect(
    estimateTokens([{ type: "file", mediaType: "image/png", data: new Uint8Array(40_000) }]),
  ).toBeLessThan(50);
  expect(estimateTokens([{ type: "tool-call", input: { data: long } }])).toBeGreaterThan(10_000);
});

test("measures what is nested a hundred thousand deep", () => {
  let deep: unknown = "x".repeat(400);
  for (let level = 0; level < 100_000; level++) deep = [deep];
  expect(estimateTokens([deep])).toBeGreaterThan(100_000);
});
