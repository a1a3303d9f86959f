import { expect, test } from "vitest";
import { jsonMistake } from "./json-mistake.ts";

test.each([
  ["a comma behind the last entry of an object", '{"x": 1,}', 1, 9],
  ["a comma behind the last entry of a list", '{\n  "x": [1,]\n}', 2, 11],
  ["a comma behind all", '{"x": 1},', 1, 9],
  ["a name without quotes", "{\n  x: 1\n}", 2, 3],
  ["a name in single quotes", "{'x': 1}", 1, 2],
  ["a name that is no text", "{1: 2}", 1, 2],
  ["a comment", '{\n  "x": 1 // one\n}', 2, 10],
  ["a word that JSON does not have", '{"x": undefined}', 1, 7],
  ["a word that only begins as one of JSON's", '{"x": nullable}', 1, 7],
  ["a number with a zero in front", "[007]", 1, 2],
  ["a text that goes over lines", '["a\nb"]', 1, 2],
  ["brackets that do not match", '{"x": [1}', 1, 9],
  ["a value where a comma is missing", "[1 2]", 1, 4],
  ["a name where a comma is missing", '{"x": 1 "y": 2}', 1, 9],
  ["a value where a colon is missing", '{"x" 1}', 1, 6],
  ["an end that comes too early", '{"x": [1, 2]', 1, 13],
  ["nothing at all", "", 1, 1],
])("%s is where it stands", (_name, text, line, column) => {
  expect(() => JSON.parse(text)).toThrow();
  expect(jsonMistake(text)).toEqual({ line, column, endColumn: column + 1 });
});
