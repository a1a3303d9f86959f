import { Command, CommanderError, Option } from "commander";
import { describeError } from "./describe-error.ts";
import { type ExplainOptions, explain } from "./explain/explain.ts";
import { type BuildOptions, build } from "./policies/build.ts";
import { type CheckOptions, check } from "./policies/check.ts";
import { type EvalOptions, evaluate } from "./releases/eval.ts";
import { type ReplayOptions, replay } from "./releases/replay.ts";
import { type SignOptions, sign } from "./releases/sign.ts";
import { type VerifySignaturesOptions, verifySignatures } from "./releases/verify-signatures.ts";
import type { ServeAuthZenOptions } from "./serve/serve-authzen.ts";
import type { ServeMcpOptions } from "./serve/serve-mcp.ts";
import { exitCodes, processTerminal, type Terminal } from "./terminal.ts";

/**
 * Runs the command line. Answers with the exit code: 0 fine, 1 findings (a policy with mistakes, a decision that
 * changed), 2 usage or environment. Never throws.
 */
export async function main(args: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  let code: number = exitCodes.fine;
  const program = createProgram(terminal, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.fine : exitCodes.usage;
    terminal.error(describeError(error, terminal));
    return exitCodes.usage;
  }
}

function createProgram(terminal: Terminal, finish: (code: number) => void): Command {
  const program = new Command("forego")
    .description("Policies for AI agents, written in TypeScript and enforced as compiled OPA policy.")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.error(text.trimEnd()),
    })
    .showHelpAfterError();

  program
    .command("build")
    .description(
      "compile every *.policy.ts below a folder into a release. Runs the policy modules: build only what was reviewed",
    )
    .argument("[dir]", "folder with the policies", ".")
    .requiredOption("--out <dir>", "folder to write release.tar.gz and opa/*.tar.gz to")
    .option("--release-version <version>", "version of the release (default: the highest of its policies)")
    .option("--server <name>", "the MCP server that the release comes with: it may only restrict its calls")
    .option(
      "--verify",
      "compare what the policies mean in TypeScript and in the release, before it is written",
    )
    .option("--inputs <count>", "inputs for each policy that is verified (default: 1000)")
    .option("--seed <number>", "where these inputs begin (default: anywhere)")
    .option("--json", "print what was built, or the mistakes, as JSON")
    .action(async (dir: string, options: BuildOptions) => finish(await build(dir, options, terminal)));

  program
    .command("check")
    .description("look for mistakes in every *.policy.ts below a folder, and write nothing")
    .argument("[dir]", "folder with the policies", ".")
    .option("--json", "print the mistakes as JSON, one line a look")
    .option("--watch", "look again whenever a file changes that a policy reaches")
    .action(async (dir: string, options: CheckOptions) => finish(await check(dir, options, terminal)));

  program
    .command("explain")
    .description(
      "say what a diagnostic means, what a policy says, where a line of Rego comes from, or why a decision came out as it did",
    )
    .argument(
      "[what]",
      "a code such as FG2002, a policy file, a rule id, or <file.rego>:<line> with --bundles",
    )
    .option("--dir <dir>", "folder with the policies", ".")
    .option("--bundles <dir>", "folder that `forego build` wrote to")
    .option("--log <file>", "decision records, one a line; - for standard input")
    .option(
      "--decision <id>",
      "the decision_id to explain, with --log and --bundles. Prints values: for operators",
    )
    .option("--json", "print it as JSON")
    .action(async (what: string | undefined, options: ExplainOptions) =>
      finish(await explain(what, options, terminal)),
    );

  const engine = new Option("--engine <engine>", "what evaluates")
    .choices(["wasm", "opa", "ir"])
    .default("wasm");

  program
    .command("eval")
    .description("decide inputs: one decision a line")
    .requiredOption("--bundles <dir>", "folder that `forego build` wrote to")
    .option("--input <file>", "JSON input, or one a line; - for standard input", "-")
    .addOption(engine)
    .action(async (options: EvalOptions) => finish(await evaluate(options, terminal)));

  program
    .command("replay")
    .description("decide recorded decisions again, and compare them byte for byte")
    .requiredOption("--log <file>", "decision records, one a line; - for standard input")
    .requiredOption("--bundles <dir>", "folder that `forego build` wrote to")
    .addOption(engine)
    .option("--json", "print the differences and the counts as JSON")
    .action(async (options: ReplayOptions) => finish(await replay(options, terminal)));

  program
    .command("sign")
    .description(
      "sign a release and its OPA bundles, as OPA verifies them. No policy is run: the key is safe here",
    )
    .requiredOption("--bundles <dir>", "folder that `forego build` wrote to")
    .requiredOption("--key <file>", "private key in PEM (P-256, P-384, P-521 or RSA); - for standard input")
    .option("--key-id <id>", "what OPA servers call the key", "default")
    .option("--json", "print what was signed as JSON")
    .action(async (options: SignOptions) => finish(await sign(options, terminal)));

  program
    .command("verify")
    .description("say whether a release and its OPA bundles are what somebody trusted has signed")
    .requiredOption("--bundles <dir>", "folder with the release")
    .requiredOption("--key <files...>", "public keys or certificates in PEM: any one of them will do")
    .option("--json", "print what came of it as JSON")
    .action(async (options: VerifySignaturesOptions) => finish(await verifySignatures(options, terminal)));

  const serve = program.command("serve").description("put the guard in front of what agents call");

  serve
    // what is served where nothing else is named
    .command("authzen", { isDefault: true })
    .description("answer the OpenID AuthZEN Authorization API over HTTP, for agents in any language")
    .requiredOption("--config <file>", "JSON: release, agent, auth (see the README of @forego/cli)")
    .action(async (options: ServeAuthZenOptions) => {
      // only who serves pays for loading it
      const { serveAuthZen } = await import("./serve/serve-authzen.ts");
      finish(await serveAuthZen(options, terminal));
    });

  serve
    .command("mcp")
    .description("a gateway in front of MCP servers, over HTTP; with --server, in front of one, over stdio")
    .requiredOption("--config <file>", "JSON: release, agent, servers, auth (see the README of @forego/cli)")
    .option("--server <name>", "the server to serve over standard input and output")
    .action(async (options: ServeMcpOptions) => {
      // only who serves pays for loading the protocol
      const { serveMcp } = await import("./serve/serve-mcp.ts");
      finish(await serveMcp(options, terminal));
    });

  return program;
}
