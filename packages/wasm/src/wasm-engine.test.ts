import { ForegoError } from "@forego/core";
import type { IrRelease } from "@forego/ir";
import { buildModule } from "@forego/wasm/opa";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import { deskPolicies } from "../../../test/support/desk-policies.ts";
import { createWasmEngine, type WasmEngine, type WasmEngineParts, type WasmLimits } from "./wasm-engine.ts";

/** Of the runtime; its types come with the browser's, which tests do without. */
const webAssembly = Reflect.get(globalThis, "WebAssembly") as {
  compile(bytes: Uint8Array): Promise<WasmEngineParts["module"]>;
};

let built: BuiltRelease;
let large: BuiltRelease;
let other: Uint8Array<ArrayBuffer>;

const items = Array.from({ length: 90_000 }, (_, index) => `item-number-${index}`);

beforeAll(async () => {
  [built, large, other] = await Promise.all([
    buildRelease(deskPolicies()),
    buildRelease({
      "list.policy.ts": `
import { policy } from "@forego/dsl";
import { z } from "zod";

export default policy({
  name: "list",
  version: "1.0.0",
  data: z.object({ items: z.array(z.string()).max(100_000) }),
  rules: ({ allow }) => ({
    /** What is listed may run. */
    listed: allow({ reason: "listed", when: ({ action, data }) => data.items.includes(action.tool) }),
  }),
});
`,
      "list.data.json": JSON.stringify({ items }),
    }),
    // a good module of OPA's whose entrypoint has our name and answers something else
    buildModule([
      {
        path: "a.rego",
        text: "package forego.decision\n\nimport rego.v1\n\nresult := input.action.tool\n\nchecked := 1\n",
      },
    ]),
  ]);
});

afterAll(() => Promise.all([built.remove(), large.remove()]));

function createEngine(limits: Partial<WasmLimits> = {}, from: BuiltRelease = built): WasmEngine {
  const { info, module, data, ir } = from.release;
  return createWasmEngine({ release: info, module, data, ir: ir as IrRelease, limits });
}

const input = {
  action: { type: "tool_call", tool: "refund", args: { amount: 10 }, data_classes_referenced: ["billing"] },
  user: { data_classifications_authorized: ["billing"] },
  facts: { risk: 0 },
  granted: [],
};

const hostile = (note: string) => ({ ...input, note });

function expectGood(engine: WasmEngine): void {
  expect(engine.evaluate(input)).toMatchObject({ effect: "allow", reasons: ["support_refunds"] });
}

describe("an instance that threw", () => {
  test("is not used again: aborted evaluations leave the engine as it was, however many", () => {
    const engine = createEngine();
    // an instance that is used on answers nothing any more after 1,024 of them
    for (let round = 0; round < 1100; round++) {
      expect(() => engine.evaluate(hostile("\ud800"))).toThrow("illegal string escape character");
    }
    expectGood(engine);
    expect(engine.instances()).toBe(1101);
  });

  test("throws errors only, whatever the SDK throws", () => {
    const engine = createEngine();
    const error = catchError(() => engine.evaluate(hostile("\ud800")));
    expect(error).toBeInstanceOf(Error);
  });

  test("is kept when what is handed over cannot be written as JSON: it never saw it", () => {
    const engine = createEngine();
    const cycle: Record<string, unknown> = { ...input };
    cycle.self = cycle;
    expect(() => engine.evaluate(cycle)).toThrow(TypeError);
    expect(() => engine.evaluate({ ...input, amount: 1n })).toThrow(TypeError);
    expectGood(engine);
    expect(engine.instances()).toBe(1);
  });
});

describe("memory", () => {
  test("that grew beyond its bound is given back before the next evaluation", () => {
    const engine = createEngine({ recycleAboveBytes: 64 * 1024 });
    expect(engine.evaluate(hostile("x".repeat(1_000_000)))).toMatchObject({ effect: "allow" });
    expectGood(engine);
    expect(engine.instances()).toBe(2);
    for (let round = 0; round < 100; round++) expectGood(engine);
    expect(engine.instances()).toBe(2);
  });

  test("that the data alone fills does not count as grown", () => {
    const engine = createEngine({}, large);
    for (let round = 0; round < 5; round++) {
      const listed = { action: { type: "tool_call", tool: "item-number-3" }, granted: [] };
      expect(engine.evaluate(listed)).toMatchObject({ effect: "allow", reasons: ["listed"] });
    }
    expect(engine.instances()).toBe(1);
  });

  test("has an end: what needs more throws, and the next evaluation is unharmed", () => {
    const engine = createEngine({ memory: { initial: 32, maximum: 40 } });
    expect(() => engine.evaluate(hostile("x".repeat(1_000_000)))).toThrow();
    expectGood(engine);
  });

  test("that is too small for the data makes no engine", () => {
    const memory = { initial: 32, maximum: 64 };
    expect(() => createEngine({ memory }, large)).toThrow("FG3021");
  });

  test("is not touched by an input that is too long", () => {
    const engine = createEngine({ maxInputLength: 1000 });
    expect(() => engine.evaluate(hostile("x".repeat(1000)))).toThrow("the projected input is too large");
    expectGood(engine);
    expect(engine.instances()).toBe(1);
  });

  test("is given back after so many evaluations", () => {
    const engine = createEngine({ recycleAfter: 10 });
    for (let round = 0; round < 28; round++) expectGood(engine);
    // the engine tries out each of its entrypoints when it is made
    expect(engine.instances()).toBe(3);
  });
});

describe("a module that cannot be used makes no engine", () => {
  const cases: readonly [string, () => Uint8Array<ArrayBuffer>][] = [
    ["is empty", () => new Uint8Array()],
    ["is not WebAssembly", () => new TextEncoder().encode("not a module")],
    ["is cut off", () => built.release.module.slice(0, built.release.module.length - 100)],
    ["has a byte too many", () => Uint8Array.from([...built.release.module, 0])],
    ["is WebAssembly of another tool", () => Uint8Array.from([0, 97, 115, 109, 1, 0, 0, 0])],
  ];

  test.each(cases)("when it %s", (_what, module) => {
    const { info, data } = built.release;
    const error = catchError(() => createWasmEngine({ release: info, module: module(), data }));
    expect(ForegoError.isForegoError(error) && error.code).toBe("FG3021");
  });

  test("when its entrypoint has no result", async () => {
    const { info, data } = built.release;
    const never = 'if input.action.tool == "never"';
    const text = `package forego.decision\n\nimport rego.v1\n\nresult := 1 ${never}\n\nchecked := 1 ${never}\n`;
    const module = await buildModule([{ path: "a.rego", text }]);
    expect(() => createWasmEngine({ release: info, module, data })).toThrow("the evaluation gave no result");
  });

  test("when it has an entrypoint of another name, and no other", () => {
    const { info, data } = built.release;
    expect(createWasmEngine({ release: info, module: other, data }).evaluate(input)).toBe("refund");
    expect(() => createWasmEngine({ release: info, module: renameEntrypoint(other), data })).toThrow(
      "the module has no entrypoint 'forego/decision/result'",
    );
  });
});

describe("the engine", () => {
  test("takes a module that was compiled before, as where code may not be compiled", async () => {
    const { info, module, data } = built.release;
    const compiled = await webAssembly.compile(module);
    const engine = createWasmEngine({ release: info, module: compiled, data });
    expectGood(engine);
  });

  test.each(["checks the input itself", "leaves that to the module"])(
    "%s, and denies with the data of another release",
    (how) => {
      const { info, module } = built.release;
      const ir = how.startsWith("checks") ? { ir: built.release.ir as IrRelease } : {};
      for (const data of [{}, { forego: {} }, large.release.data]) {
        const engine = createWasmEngine({ release: info, module, data, ...ir });
        expect(engine.evaluate(input)).toMatchObject({
          effect: "deny",
          reasons: ["forego.release_mismatch"],
        });
      }
    },
  );

  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["a function", () => {}],
  ])("is not made with %s for data", (_what, data) => {
    const { info, module } = built.release;
    expect(() => createWasmEngine({ release: info, module, data })).toThrow("FG3021");
  });

  test("refuses to be entered while it evaluates, and is unharmed", () => {
    const engine = createEngine();
    // the answer is decoded while the evaluation is under way
    const decode = vi.spyOn(TextDecoder.prototype, "decode").mockImplementationOnce(() => {
      return JSON.stringify(engine.evaluate(input));
    });
    expect(() => engine.evaluate(input)).toThrow("the engine was entered while it evaluated");
    decode.mockRestore();
    expectGood(engine);
  });

  test.each<[string, object]>([
    ["nothing", {}],
    ["no phase", { ...input, action: { tool: "refund" } }],
    ["a phase that nobody has defined", { ...input, action: { ...input.action, type: "tool_calls" } }],
    ["an action that is a text", { ...input, action: "refund" }],
    ["an array", []],
  ])("denies %s", (_what, odd) => {
    const engine = createEngine();
    expect(engine.evaluate(odd as never)).toMatchObject({
      effect: "deny",
      reasons: ["forego.invalid_input"],
    });
  });
});

/** The same module, with another name for its entrypoint. */
function renameEntrypoint(module: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = Buffer.from(module).toString("latin1");
  return Uint8Array.from(
    Buffer.from(text.replaceAll("forego/decision/result", "forego/decision/resulx"), "latin1"),
  );
}

function catchError(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
