import { describe, expect, test, vi } from "vitest";
import { parseRego } from "./parse-rego.ts";

const rego = (text: string) => `package forego.resource.rego.a\n\nimport rego.v1\n\n${text}\n`;

describe("parseRego", () => {
  test("answers with OPA's syntax tree, with the places of its parts", async () => {
    const parsed = await parseRego(rego('hits contains "a" if input.user.id == "b"'));
    expect(parsed).toMatchObject({
      ok: true,
      module: { rules: [{ head: { key: { value: "a", location: { row: 5, col: 15 } } } }] },
    });
  });

  test.each([
    ["does not parse", 'hits contains "a" if {', 6],
    ["calls what there is not", "a := nothing()", 5],
    ["calls the network", 'a := http.send({"method": "get", "url": "http://localhost"})', 5],
    ["reads the clock", "a := time.now_ns()", 5],
    ["reads the environment", "a := opa.runtime()", 5],
    ["is random", 'a := rand.intn("a", 3)', 5],
    ["asks where it runs", 'a := net.lookup_ip_addr("localhost")', 5],
    ["tells what it sees", "a if print(input)", 5],
    ["puts something in the place of the input", "a if {\n\tinput := 3\n\tinput > 2\n}", 6],
    ["needs what the host would have to run", 'a := sprintf("%v", [1])', 5],
    ["divides, which ends the evaluation in WASM for 0 / 0", "a := 1 / 2", 5],
    ["reads a number from a text", 'a := to_number("0x1")', 5],
    ["reads JSON", 'a := json.unmarshal("0x1")', 5],
    ["asks itself", "a if not a", 5],
  ])("tells the place where Rego %s", async (_what, text, line) => {
    const parsed = await parseRego(rego(text));
    expect(parsed.ok ? [] : parsed.errors.map((error) => error.line)).toContain(line);
  });

  test("throws where OPA says nothing of the Rego", async () => {
    vi.stubEnv("FOREGO_OPA", "/bin/false");
    await expect(parseRego(rego("a := 1"))).rejects.toThrow("FG3022");
    vi.unstubAllEnvs();
  });
});
