import { resolve } from "node:path";
import type { CompiledPolicy, LinkedRelease } from "@forego/compiler";
import { forkConfined, type PolicyModules } from "@forego/compiler/modules";
import { ForegoError } from "@forego/core";

/** What is verified, and on which inputs. */
export interface VerifyOptions {
  /** The folder that the policies were compiled from. */
  readonly dir: string;
  readonly policies: readonly Pick<CompiledPolicy, "category" | "name" | "file">[];
  /** The policies as JavaScript: {@link PolicyCompiler.modules}. */
  readonly modules: PolicyModules;
  /** The release's compiled module. */
  readonly module: Uint8Array;
  readonly seed: number;
  /** Inputs for each policy. */
  readonly inputs: number;
}

/** What became of one policy. */
export interface VerifiedPolicy {
  /** `category.policy` */
  readonly name: string;
  readonly file: string;
  readonly inputs: number;
  /** What no input has shown: a rule or one of its clauses, and what it never was. */
  readonly unseen: readonly string[];
  /** Its conditions are hand-written Rego: only the guards, and what follows from a match, were compared. */
  readonly unproven?: true;
  /** The smallest input on which the engines differ, the line of the policy and the answers. */
  readonly mismatch?: string;
}

/** What the child process is asked. */
export interface VerifyRequest {
  readonly release: Pick<LinkedRelease, "info" | "ir" | "bundles">;
  readonly module: Uint8Array;
  readonly folder: string;
  /** Policy files, by `category.policy`. */
  readonly files: Readonly<Record<string, string>>;
  readonly modules: PolicyModules;
  readonly seed: number;
  readonly inputs: number;
}

/** What it answers. */
export type VerifyResponse = { readonly policies: readonly VerifiedPolicy[] } | { readonly problem: string };

/**
 * Compares what each policy of a release means as TypeScript, in the intermediate form and by both entrypoints of the
 * compiled module, on generated inputs. Stops at the first mismatch, which is the last policy of the answer then.
 *
 * The policy modules run, in a child process without environment that may write nothing.
 *
 * @throws ForegoError FG3013 when that process ends without an answer.
 */
export async function verifyRelease(
  release: LinkedRelease,
  { dir, policies, modules, module, seed, inputs }: VerifyOptions,
): Promise<readonly VerifiedPolicy[]> {
  const answer = await ask({
    release: { info: release.info, ir: release.ir, bundles: release.bundles },
    module,
    folder: resolve(dir),
    files: Object.fromEntries(policies.map(({ category, name, file }) => [`${category}.${name}`, file])),
    modules,
    seed,
    inputs,
  });
  if ("problem" in answer) throw noAnswer(answer.problem);
  return answer.policies;
}

function ask(request: VerifyRequest): Promise<VerifyResponse> {
  const program = new URL("./verify-child.js", import.meta.url);
  const child = forkConfined(program, { serialization: "advanced" });
  return new Promise((resolve, reject) => {
    child.once("message", (message) => resolve(message as VerifyResponse));
    child.once("error", (cause) => reject(noAnswer("it did not start", cause)));
    // not "exit": on a busy machine the process has ended before its answer is read
    child.once("disconnect", () => reject(noAnswer("it ended without an answer")));
    child.send(request, (cause) => {
      if (cause !== null) reject(noAnswer("it could not be asked", cause));
    });
  });
}

function noAnswer(problem: string, cause?: unknown): ForegoError {
  return new ForegoError(
    "FG3013",
    `The policies could not be verified: ${problem}.`,
    "look for a policy module that exits, or that does something else each time it runs.",
    cause === undefined ? {} : { cause },
  );
}
