import { contractVersion } from "../contract/contract.ts";
import { ForegoError } from "../contract/forego-error.ts";
import type { Classifier } from "../ports/classifier.ts";
import type { Engine } from "../release/engine.ts";
import { type ReleaseInfo, serverEffects } from "../release/release.ts";
import { createRuleIndex, type RuleIndex } from "../release/rule-index.ts";
import { type CallClassifier, createCallClassifier, type ToolDeclaration } from "./classify.ts";

/** A release that decides: a call sees one of them, from its beginning to its end. */
export interface ActiveRelease {
  readonly engine: Engine;
  readonly rules: RuleIndex;
  readonly classify: CallClassifier;
}

/** What an application gives, for its calls to be classified. */
export interface Classification {
  /** The tools that it declares. */
  readonly tools: Readonly<Record<string, ToolDeclaration>>;
  readonly classifiers: ReadonlyMap<string, Classifier>;
}

/** Puts a release to use. */
export function activeRelease(engine: Engine, { tools, classifiers }: Classification): ActiveRelease {
  const { release } = engine;
  requireContract(release);
  if (release.server !== undefined) {
    throw misplaced(
      `The release came with the server '${release.server}', and decides its calls alone.`,
      "give it to the guard as `servers`, and a release of your own as the engine.",
    );
  }
  return {
    engine,
    rules: createRuleIndex(release),
    classify: createCallClassifier(release.tools, tools, classifiers),
  };
}

/** Puts the release of a server to use, beside the main one. */
export function serverRelease(name: string, engine: Engine): Pick<ActiveRelease, "engine" | "rules"> {
  const { release } = engine;
  requireContract(release);
  // fail closed: what comes with a server restricts that server's calls, and does nothing else
  if (release.server !== name) {
    const whose = release.server === undefined ? "no server" : `'${release.server}'`;
    throw misplaced(
      `The release for the server '${name}' says that it came with ${whose}.`,
      `build it with: forego build --server ${name}.`,
    );
  }
  const other = release.rules.find(({ effect }) => !serverEffects.has(effect));
  if (other !== undefined || release.default_effect !== "deny") {
    throw misplaced(
      `The release of the server '${name}' does more than restrict${other === undefined ? "" : `: '${other.id}'`}.`,
      "let it deny, ask, redact and audit only.",
    );
  }
  return { engine, rules: createRuleIndex(release) };
}

function requireContract({ contract: { min, max } }: ReleaseInfo): void {
  if (contractVersion >= min && contractVersion <= max) return;
  throw new ForegoError(
    "FG4001",
    `The release speaks contract ${min} to ${max}, and this guard speaks ${contractVersion}.`,
    "build the policies again with the version of Forego that the application uses.",
  );
}

function misplaced(message: string, fix: string): ForegoError {
  return new ForegoError("FG4005", message, fix);
}
