/** What an answer of OPA's holds, once it was asked for its provenance. */
export interface OpaAnswer {
  /** `undefined` when what was asked has no value. */
  readonly result: unknown;
  /** OPA's version, where it tells one. */
  readonly version: string | undefined;
  /** The bundles that the answer was made with and their revisions, as text to compare; `undefined` without any. */
  readonly bundles: string | undefined;
}

/** The root of the bundle that resolves what all others say. */
const decisionRoot = "forego/decision";

/**
 * Reads an answer of OPA's, together with what it says about itself: both are of one transaction.
 *
 * @throws Error when it says nothing about itself: then it is not an answer of OPA's.
 */
export function readAnswer(answer: unknown): OpaAnswer {
  const { result, provenance } = fieldsOf(answer);
  // fail closed: who does not say where an answer comes from is not asked about policies
  if (!isRecord(provenance)) throw new Error("the OPA server's answer has no provenance");
  const { version, bundles } = provenance;
  return {
    result,
    version: typeof version === "string" ? version : undefined,
    bundles: isRecord(bundles) ? JSON.stringify(bundles) : undefined,
  };
}

/**
 * Finds the release of the decision bundle in the document `data.system.bundles`, where OPA keeps the manifests. The
 * decision bundle names its release, and itself makes sure that the bundles of all categories are those of it.
 */
export function releaseOf(bundles: unknown): string | undefined {
  for (const bundle of Object.values(fieldsOf(bundles))) {
    const { roots, metadata } = fieldsOf(fieldsOf(bundle).manifest);
    if (!Array.isArray(roots) || !roots.includes(decisionRoot)) continue;
    const { release } = fieldsOf(fieldsOf(metadata)["dev.forego/bundle"]);
    return typeof release === "string" ? release : undefined;
  }
  return undefined;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
