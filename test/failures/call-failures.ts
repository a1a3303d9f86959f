import { unclassified } from "@forego/core";
import type { Failure } from "./failure.ts";

/** Containers inside containers. */
function nest(depth: number): unknown {
  let value: unknown = "core";
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? { a: value } : [value];
  return value;
}

const cyclic: Record<string, unknown> = { amount: 10 };
cyclic.self = cyclic;

/** Arguments that cannot be checked, or are not what rules need. */
const badArguments: readonly (readonly [what: string, args: unknown])[] = [
  ["1 MB in one string", { amount: 10, note: "x".repeat(1024 * 1024) }],
  ["1 MB in many values", { amount: 10, list: Array(131_072).fill(1) }],
  [
    "1 MB of keys",
    { amount: 10, ...Object.fromEntries(Array.from({ length: 60_000 }, (_, at) => [`k${at}`, 1])) },
  ],
  ["10,000 containers in each other", { amount: 10, deep: nest(10_000) }],
  ["65 containers in each other", { amount: 10, deep: nest(65) }],
  ["themselves", cyclic],
  ["a lone surrogate", { amount: 10, note: "\ud800" }],
  ["a lone surrogate as a key", { amount: 10, "\udc00": 1 }],
  ["a number that JSON has not", { amount: 10, note: Number.NaN }],
  ["a bigint", { amount: 10n }],
  [
    "a property that throws",
    {
      get amount() {
        throw new Error("get");
      },
    },
  ],
  ["a list instead", [10]],
  ["a text instead", "10"],
  ["an amount below __proto__", JSON.parse('{"__proto__": {"amount": 10}}')],
  ["an amount that is inherited", Object.create({ amount: 10 })],
  ["an amount below constructor", { constructor: { prototype: { amount: 10 } } }],
  ["an amount that is __proto__", JSON.parse('{"amount": {"__proto__": 10}}')],
  ["no amount", {}],
];

/** Names of tools that look like another, or like what every object has. */
const strangeTools: readonly string[] = [
  ...["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "__defineGetter__"],
  ...[
    " ",
    "refund ",
    " refund",
    "Refund",
    "REFUND",
    "refund\u0000",
    "refund\n",
    "refund\u200b",
    "r\u0435fund",
  ],
  ...["refund/../crm.search", "../../v1/data", "refund?provenance=false", "refund%00", 'refund"}'],
  ...["data.forego.decision.result", "x".repeat(100_000), "\u{10ffff}"],
];

const host = { cleared: [unclassified] };

/** What a model may send. */
export const callFailures: readonly Failure[] = [
  ...badArguments.map(
    ([what, args]): Failure => ({
      name: `the arguments are ${what}`,
      reason: "forego.invalid_arguments",
      call: { args },
    }),
  ),
  ...strangeTools.map(
    (tool): Failure => ({
      name: `the tool is named ${JSON.stringify(tool.slice(0, 30))}`,
      reason: "forego.no_matching_allow",
      call: { tool, host },
    }),
  ),
  ...(
    [
      ["a tool named by a lone surrogate", { tool: "refund\ud800" }],
      ["a tool without a name", { tool: "" }],
      ["a resource that servers read as another one", { phase: "mcp_resource_read", tool: "file:///a/../b" }],
      ["a tool with 1 MB of name", { tool: "x".repeat(1024 * 1024) }],
      ["a tool that is no text", { tool: { toString: () => "refund" } as never }],
      ["a tool that is a list of one text", { tool: ["refund"] as never }],
      ["an id of a lone surrogate", { callId: "\udfff" }],
      ["a conversation that is no text", { conversationId: 7 as never }],
      ["a server that is no text", { server: {} as never }],
      ["a phase that there is not", { phase: "tool_cal" as never }],
      ["the phase of results, for which there is settle", { phase: "tool_result" as never }],
      ["a phase that every object has", { phase: "constructor" as never }],
    ] satisfies readonly (readonly [string, Failure["call"]])[]
  ).map(([what, call]): Failure => ({ name: `the call has ${what}`, reason: "forego.invalid_input", call })),
];
