import { hitsOf, nameOf } from "./check-shape.ts";
import type { ReportRego } from "./rego-mistakes.ts";
import {
  isTerm,
  partsOf,
  pathOf,
  type RegoLocation,
  type RegoTerm,
  type RegoTree,
  textSteps,
  variableOf,
} from "./rego-syntax.ts";

/** A path of the input that Rego reads; what is behind it may be anything below. */
export interface RegoRead {
  readonly path: readonly string[];
  readonly location: RegoLocation | undefined;
}

/** What the condition of a rule reads, itself and by the rules that it asks. */
export interface RegoReadings {
  readonly reads: readonly RegoRead[];
  readonly readsData: boolean;
}

/** What one rule of a module asks for. */
interface Asked {
  readonly reads: RegoRead[];
  readonly names: Set<string>;
  readsData: boolean;
}

/** Documents that are not the call's: they change from engine to engine, or are for others. */
const hidden: ReadonlySet<string> = new Set(["granted", "unchecked", "state", "derived", "contract"]);

/**
 * Finds what each entry of `hits` reads, by name. Reads that cannot be seen, and what is not the policy's own, are
 * reported: so no module reads what it does not say.
 */
export function findReads(
  tree: RegoTree,
  own: readonly string[],
  report: ReportRego,
): ReadonlyMap<string, RegoReadings> {
  const [root = "", category = "", , policy = ""] = own;
  const documents = [root, category, "documents", policy];
  const byName = new Map<string, Asked[]>();
  const asked = new Map(
    (tree.rules ?? []).map((rule) => [
      rule,
      { reads: [], names: new Set<string>(), readsData: false } as Asked,
    ]),
  );

  const walk = (part: unknown, into: Asked): void => {
    const path = isTerm(part) ? pathOf(part) : undefined;
    const [head, ...steps] = path ?? (isTerm(part) && part.type === "var" ? [part] : []);
    const name = variableOf(head);
    if (name === undefined) {
      for (const inside of partsOf(part)) walk(inside, into);
      return;
    }
    const found = { path: textSteps(steps), location: (part as RegoTerm).location };
    if (name === "input") readInput(found, into);
    else if (name === "data") readData(found, into);
    else into.names.add(name);
    for (const step of steps) walk(step, into);
  };

  const readInput = (read: RegoRead, { reads }: Asked): void => {
    const [first] = read.path;
    if (first !== undefined && !hidden.has(first)) return void reads.push(read);
    const message =
      first === undefined
        ? "what is read of the input cannot be seen here"
        : `'input.${first}' is nothing that hand-written Rego can read`;
    report(read.location, "FG1032", { message, fix: "name what is read: input.action.args.amount" });
  };

  const readData = ({ path, location }: RegoRead, into: Asked): void => {
    if (startsWith(path, documents)) into.readsData = true;
    else if (startsWith(path, own) && path.length > own.length) into.names.add(path[own.length] ?? "");
    else
      report(location, "FG1032", {
        message: "this is no document of the policy",
        fix: `read data.${documents.join(".")}, which is the policy's data file`,
      });
  };

  for (const [rule, into] of asked) {
    const {
      head: { args, key, value },
      body,
      else: otherwise,
    } = rule;
    walk([args, key, value, body], into);
    for (let branch = otherwise; branch !== undefined; branch = branch.else)
      walk([branch.head.value, branch.body], into);
    const name = nameOf(rule) ?? "";
    byName.set(name, [...(byName.get(name) ?? []), into]);
  }

  const closure = (start: readonly Asked[]): RegoReadings => {
    const seen = new Set(start);
    for (const one of seen)
      for (const name of one.names) for (const other of byName.get(name) ?? []) seen.add(other);
    return {
      reads: [...seen].flatMap(({ reads }) => reads),
      readsData: [...seen].some((one) => one.readsData),
    };
  };
  const hits = Map.groupBy(hitsOf(tree), ({ name }) => name);
  return new Map(
    [...hits].map(([name, of]) => [name, closure(of.flatMap(({ rule }) => asked.get(rule) ?? []))]),
  );
}

function startsWith(path: readonly string[], start: readonly string[]): boolean {
  return start.every((step, index) => path[index] === step);
}
