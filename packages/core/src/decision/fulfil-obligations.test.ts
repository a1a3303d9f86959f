import { expect, test } from "vitest";
import { redactResult } from "./fulfil-obligations.ts";

const hide = [{ kind: "redact" as const, rule: "r", paths: ["result.ssn"] }];

test("a text that holds JSON is redacted inside", () => {
  expect(redactResult('{"id":12.50,"ssn":"1"}', hide)).toBe('{"id":12.5,"ssn":"[redacted]"}');
});

test.each([
  ["holds a number that JavaScript cannot keep", '{"id":12345678901234567890,"ssn":"1"}'],
  ["holds a fraction that JavaScript cannot keep", '{"id":0.12345678901234567890,"ssn":"1"}'],
  ["is nested deeper than can be written back", `{"ssn":"1","x":${"[".repeat(20_000)}${"]".repeat(20_000)}}`],
  ["is no JSON", "ssn: 1"],
])("a text that %s is of another form, and not handed on", (_what, text) => {
  expect(redactResult(text, hide)).toBeUndefined();
});
