import { categories, effects, phases, type ReadSet, type ReleaseInfo } from "@forego/core";
import { z } from "zod";

const readSet: z.ZodType<ReadSet> = z.lazy(() =>
  z.union([
    z.literal(true),
    z.strictObject({ fields: z.record(z.string(), readSet) }),
    z.strictObject({ items: readSet, max: z.int().min(0) }),
    z.strictObject({ values: readSet, max: z.int().min(0) }),
  ]),
);

const source = z.object({ file: z.string(), line: z.int(), column: z.int() });

/** A place in a policy's TypeScript. Lines and columns count from 1. */
export type SourcePlace = z.infer<typeof source>;

/** For each Rego file, the first line of each rule, and the TypeScript that it was made from where that is one place. */
export const releaseSourceMap = z.record(
  z.string(),
  z.array(z.object({ line: z.int(), origin: source.optional() })),
);

const told = z.union([
  z.strictObject({ name: z.string(), path: z.array(z.string()) }),
  z.strictObject({ name: z.string(), value: z.union([z.string(), z.number(), z.boolean(), z.null()]) }),
  z.strictObject({ name: z.string(), count: z.enum(["limit", "used", "remaining"]) }),
]);

const rule = z.object({
  id: z.string(),
  category: z.enum(categories),
  effect: z.enum(effects),
  reason: z.string(),
  on: z.array(z.enum(phases)),
  tool: z.string().optional(),
  description: z.string().optional(),
  remediation: z.string().optional(),
  appeal_path: z.string().optional(),
  says: z.string().optional(),
  tell: z.array(told).optional(),
  audit: z.boolean().optional(),
  from: z
    .union([
      z.literal("user"),
      z.object({
        groups: z.array(z.string()),
        not_requester: z.boolean(),
        quorum: z.int().min(1).optional(),
      }),
    ])
    .optional(),
  overridable: z.object({ by: z.array(z.string()) }).optional(),
  lifts: z.array(z.object({ rule: z.string(), meaning: z.string() })).optional(),
  paths: z.array(z.string()).optional(),
  budget: z
    .object({ window_ms: z.int().min(1), soft: z.boolean(), rate: z.boolean(), unit: z.string() })
    .optional(),
  owner: z.string().optional(),
  meaning: z.string(),
  reads: readSet,
  requires: z.array(z.string()),
  source,
  rego: source.optional(),
});

const bundle = z.object({ version: z.string(), digest: z.string() });

const info: z.ZodType<Omit<ReleaseInfo, "digest">> = z.object({
  version: z.string(),
  server: z.string().optional(),
  contract: z.object({ min: z.int(), max: z.int() }),
  bundles: z.partialRecord(z.enum(categories), bundle),
  default_effect: z.enum(["allow", "deny"]),
  rules: z.array(rule),
  tools: z.record(
    z.string(),
    z.object({
      data_classes: z.array(z.string()).optional(),
      classify: z
        // a release with another place for classifiers is one for a later version: here, nobody would look there
        .strictObject({ args: z.array(z.string()).optional(), result: z.array(z.string()).optional() })
        .optional(),
    }),
  ),
});

/** An input, and what the release answers to it: an engine that answers otherwise does not decide. */
export interface TestVector {
  readonly input: Readonly<Record<string, unknown>>;
  readonly output: unknown;
}

/** What a release's file of test vectors holds. */
export const testVectors: z.ZodType<readonly TestVector[]> = z
  .array(z.object({ input: z.record(z.string(), z.unknown()), output: z.record(z.string(), z.unknown()) }))
  .max(1000);

/** The version of the release file's form. */
export const releaseFormat = 1;

/** The index of a release: what it says of itself, and the digests of all its other files. Its own digest is the release's. */
export const releaseIndex = z.object({
  format: z.literal(releaseFormat),
  info,
  /** `sha256:…` of each file, by path. */
  files: z.record(z.string(), z.string()),
});

/** Paths within a release. */
export const releasePaths = {
  index: "release.json",
  /** Not `.wasm`: an OPA that gets the archive would take that name for a module of its own. */
  module: "policy.wasm.bin",
  data: "data.json",
  ir: "ir.json",
  sourceMap: "source-map.json",
  vectors: "vectors.json",
} as const;
