import { runOpa } from "./run-opa.ts";

/**
 * The built-in functions that a release may use: the operators, and functions that OPA's WASM has itself. Those that
 * the host would have to run are not among them: the SDK's `sprintf`, `regex.split` and YAML are not Go's.
 */
const allowed = new Set([
  ...["assign", "eq", "equal", "neq", "lt", "lte", "gt", "gte", "plus", "minus", "mul", "rem", "and", "or"],
  ...["div", "internal.member_2", "internal.member_3"],
  ...[
    "count",
    "sum",
    "max",
    "min",
    "sort",
    "union",
    "intersection",
    "array.slice",
    "array.concat",
    "object.get",
  ],
  ...[
    "abs",
    "ceil",
    "floor",
    "round",
    "concat",
    "contains",
    "endswith",
    "startswith",
    "lower",
    "split",
    "substring",
  ],
  ...[
    "strings.replace_n",
    "trim",
    "trim_left",
    "trim_prefix",
    "trim_right",
    "trim_suffix",
    "json.marshal",
    "json.unmarshal",
    "regex.match",
  ],
  ...["is_array", "is_boolean", "is_null", "is_number", "is_object", "is_set", "is_string", "to_number"],
]);

/**
 * What hand-written Rego may not use of these. In WASM, 0 / 0 ends the whole evaluation, other quotients have other
 * digits, and texts that are no numbers or no JSON are read as some; generated Rego divides and reads by its own rules.
 */
const notByHand = new Set(["div", "to_number", "json.marshal", "json.unmarshal"]);

/** The capabilities that releases are compiled against: those of the OPA at hand, without what is not allowed. */
export async function releaseCapabilities(cwd: string): Promise<string> {
  return capabilitiesOf(cwd, (name) => allowed.has(name));
}

/** The capabilities that hand-written Rego is checked against. */
export async function handwrittenCapabilities(cwd: string): Promise<string> {
  return capabilitiesOf(cwd, (name) => allowed.has(name) && !notByHand.has(name));
}

async function capabilitiesOf(cwd: string, isAllowed: (name: string) => boolean): Promise<string> {
  const text = await runOpa(["capabilities", "--current"], cwd);
  const capabilities = JSON.parse(text) as { builtins: { name: string }[] };
  const builtins = capabilities.builtins.filter(({ name }) => isAllowed(name));
  return JSON.stringify({ ...capabilities, builtins });
}
