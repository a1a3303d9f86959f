import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withSources } from "./build-module.ts";
import { handwrittenCapabilities } from "./capabilities.ts";
import { askOpa, runOpa } from "./run-opa.ts";

/** What OPA says of a Rego module: its syntax tree, or what is wrong with it. Lines and columns count from 1. */
export type ParsedRego =
  | { readonly ok: true; readonly module: unknown }
  | {
      readonly ok: false;
      readonly errors: readonly {
        readonly message: string;
        readonly line: number;
        readonly column: number;
      }[];
    };

const path = "rego/module.rego";

/**
 * Checks a Rego module as strictly as OPA does, against the built-in functions that hand-written Rego may use, and reads its
 * syntax tree.
 *
 * @throws ForegoError FG3020 when there is no OPA, FG3022 when it fails without saying what is wrong with the Rego.
 */
export async function parseRego(text: string): Promise<ParsedRego> {
  return withSources([{ path: "module.rego", text }], async (dir) => {
    await writeFile(join(dir, "capabilities.json"), await handwrittenCapabilities(dir));
    const args = ["check", "--strict", "--format", "json", "--capabilities", "capabilities.json", path];
    const check = await askOpa(args, dir);
    const errors = check.ok ? [] : errorsIn(`${check.stderr}${check.stdout}`);
    if (!check.ok && errors.length === 0) throw check.error;
    if (errors.length > 0) return { ok: false, errors };
    const tree = await runOpa(
      ["parse", "--format", "json", "--json-include", "locations,-comments", path],
      dir,
    );
    return { ok: true, module: JSON.parse(tree) };
  });
}

interface OpaErrors {
  readonly errors?: readonly {
    readonly message: string;
    readonly location?: { readonly row: number; readonly col: number };
  }[];
}

/** The mistakes that OPA lists; none where it says something else. */
function errorsIn(said: string) {
  try {
    const { errors = [] } = JSON.parse(said) as OpaErrors;
    return errors.map(({ message, location }) => ({
      message,
      line: location?.row ?? 1,
      column: location?.col ?? 1,
    }));
  } catch {
    return [];
  }
}
