import { type Compilation, type CompilerOptions, createPolicyCompiler } from "./policy-compiler.ts";

/**
 * Compiles every policy below a folder. Mistakes are collected over all files, and returned.
 *
 * The policy modules run, in a child process without environment: compile only what has been reviewed.
 *
 * @throws ForegoError FG3010 when the modules do not end, FG3011 when there is no policy, FG3012 when one is nested too
 * deeply to be read.
 */
export async function compilePolicies(dir: string, options: CompilerOptions = {}): Promise<Compilation> {
  const compiler = createPolicyCompiler(dir, options);
  try {
    return await compiler.compile();
  } finally {
    compiler.close();
  }
}
