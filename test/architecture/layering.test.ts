import { describe, expect, it } from "vitest";
import { readImports } from "../support/read-imports.ts";
import { readWorkspaces, sourceFiles, type Workspace } from "../support/repository.ts";

/** Which rooms of ours a room may import. A room that is not here may import nothing of ours. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  "@forego/core": [],
  "@forego/ir": [],
  "@forego/dsl": ["@forego/core"],
  // beside types, the contract's schema: guards and read sets are made from it
  "@forego/compiler": ["@forego/dsl", "@forego/ir", "@forego/core"],
  "@forego/wasm": ["@forego/core", "@forego/ir"],
  "@forego/opa": ["@forego/core"],
  "@forego/bundles": ["@forego/core"],
  "@forego/otel": ["@forego/core"],
  "@forego/state": ["@forego/core"],
  "@forego/classifiers": ["@forego/core"],
  "@forego/langchain": ["@forego/core"],
  "@forego/ai-sdk": ["@forego/core"],
  "@forego/authzen": ["@forego/core"],
  "@forego/mcp": ["@forego/core"],
  forego: ["@forego/core", "@forego/ir", "@forego/wasm", "@forego/opa", "@forego/bundles"],
  "@forego/testing": ["@forego/core", "@forego/ir", "@forego/dsl", "@forego/wasm", "@forego/compiler"],
  "@forego/cli": [
    "@forego/core",
    "@forego/ir",
    "@forego/authzen",
    "@forego/compiler",
    "@forego/state",
    "@forego/wasm",
    "@forego/bundles",
    "@forego/testing",
    "@forego/mcp",
    "forego",
  ],
  "@forego/policies": ["@forego/dsl"],
};

/** Rooms that run where Node's modules do not exist. */
const edgeSafe = [
  "@forego/core",
  "@forego/dsl",
  "@forego/ir",
  "@forego/otel",
  "@forego/langchain",
  "@forego/ai-sdk",
  "@forego/authzen",
];

/** Rooms that only take types from the core: policies stay as light as plain JavaScript. */
const typesOnly = ["@forego/dsl", "@forego/classifiers"];

/** Packages that a room needs without importing them: policies are compiled against the DSL that lies beside the compiler. */
const resolvedAtRunTime: Readonly<Record<string, readonly string[]>> = {
  "@forego/compiler": ["@forego/dsl"],
  // applications bring the clients; the stores know the few methods that they call
  "@forego/state": ["pg", "redis"],
  // the command is an application: it brings the peer of the gateway that it starts
  "@forego/cli": ["@modelcontextprotocol/sdk"],
};

/** The floors of the core, from the ground up: a folder imports the ones before it, and what lies in none of them all. */
const floorsOfCore = [
  "json",
  "contract",
  "doors",
  "steps",
  "release",
  "ports",
  "setup",
  "input",
  "evaluation",
  "decision",
  "approvals",
  "flow",
];

/** Rooms that join everything, and that nothing imports. */
const isOpen = ({ folder }: Workspace) =>
  folder.startsWith("examples/") || folder === "test" || folder === "bench";

const workspaces = readWorkspaces();
const rooms = workspaces.filter((workspace) => !isOpen(workspace));
const filesOf = ({ folder }: Workspace) => sourceFiles(folder === "policies" ? folder : `${folder}/src`);

interface FoundImport {
  readonly room: string;
  readonly file: string;
  readonly specifier: string;
  readonly isTypeOnly: boolean;
}

const imports: readonly FoundImport[] = rooms.flatMap((workspace) =>
  filesOf(workspace).flatMap((file) =>
    readImports(file).map((found) => ({ room: workspace.manifest.name, file, ...found })),
  ),
);

/** The package that a specifier names. */
function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

const ours = new Set(workspaces.map(({ manifest }) => manifest.name));
const show = ({ file, specifier }: FoundImport) => `${file} imports ${specifier}`;

describe("layering", () => {
  it("reads imports at all", () => {
    expect(rooms.map(({ manifest }) => manifest.name).sort()).toEqual(Object.keys(mayImport).sort());
    expect(imports.length).toBeGreaterThan(200);
  });

  it("lets a room import only the rooms below it", () => {
    const wrong = imports.filter(({ room, specifier }) => {
      const target = packageOf(specifier);
      return ours.has(target) && target !== room && mayImport[room]?.includes(target) !== true;
    });
    expect(wrong.map(show)).toEqual([]);
  });

  it("never reaches into another room past its door", () => {
    const wrong = imports.filter(({ file, specifier }) => {
      if (!specifier.startsWith(".")) return false;
      const folder = file
        .split("/")
        .slice(0, file.startsWith("packages/") ? 2 : 1)
        .join("/");
      return !new URL(specifier, `file:///${file}`).pathname.startsWith(`/${folder}/`);
    });
    expect(wrong.map(show)).toEqual([]);
  });

  it("lets a folder of the core import only those below it", () => {
    const floorOf = (path: string) =>
      floorsOfCore.indexOf(path.split("/packages/core/src/")[1]?.split("/")[0] ?? "");
    const own = imports.filter(({ room, specifier }) => room === "@forego/core" && specifier.startsWith("."));
    const wrong = own.filter(({ file, specifier }) => {
      const from = floorOf(`/${file}`);
      const to = floorOf(new URL(specifier, `file:///${file}`).pathname);
      // what lies in no folder joins them
      return from >= 0 && (to < 0 || to > from);
    });
    expect(own.filter(({ file }) => floorOf(`/${file}`) >= 0).length).toBeGreaterThan(100);
    expect(wrong.map(show)).toEqual([]);
  });

  it("keeps Node's modules out of the rooms that run at the edge", () => {
    const wrong = imports.filter(
      ({ room, specifier }) => edgeSafe.includes(room) && /^node:/.test(specifier),
    );
    expect(wrong.map(show)).toEqual([]);
  });

  it("keeps ts-morph in the compiler", () => {
    const wrong = imports.filter(({ room, specifier }) => {
      return packageOf(specifier) === "ts-morph" && room !== "@forego/compiler";
    });
    expect(wrong.map(show)).toEqual([]);
  });

  it("reaches the compiler from no room that runs beside an agent", () => {
    const reach = (room: string): readonly string[] => [room, ...(mayImport[room] ?? []).flatMap(reach)];
    const runTime = Object.keys(mayImport).filter(
      (room) => !["@forego/compiler", "@forego/testing", "@forego/cli"].includes(room),
    );
    expect(runTime.filter((room) => reach(room).includes("@forego/compiler"))).toEqual([]);
  });

  it("takes only types of the core into the DSL", () => {
    const wrong = imports.filter(({ room, specifier, isTypeOnly }) => {
      return typesOnly.includes(room) && specifier.startsWith("@forego/") && !isTypeOnly;
    });
    expect(wrong.map(show)).toEqual([]);
  });
});

describe("manifests", () => {
  const published = rooms.filter(({ manifest }) => manifest.private !== true);

  it("declare every package that the sources import, and no other", () => {
    const problems = rooms.flatMap((workspace) => {
      const {
        name,
        dependencies = {},
        peerDependencies = {},
        optionalDependencies = {},
      } = workspace.manifest;
      const used = new Set(
        imports
          .filter(({ room, specifier }) => room === name && !/^(?:\.|node:)/.test(specifier))
          .map(({ specifier }) => packageOf(specifier)),
      );
      const declared = new Set([...Object.keys(dependencies), ...Object.keys(peerDependencies)]);
      const missing = [...used].filter(
        (one) => one !== name && !declared.has(one) && !(one in optionalDependencies),
      );
      // zod is also a peer of rooms that take it in through the core's or the DSL's types
      const known = [...(resolvedAtRunTime[name] ?? []), "zod"];
      const unused = [...declared].filter((one) => !used.has(one) && !known.includes(one));
      return [
        ...missing.map((one) => `${name} does not declare ${one}`),
        ...unused.map((one) => `${name} has no use for ${one}`),
      ];
    });
    expect(problems).toEqual([]);
  });

  it("leave hosts, zod and the OpenTelemetry API to the application", () => {
    const hosts = ["langchain", "@langchain/core", "@langchain/langgraph", "ai", "@opentelemetry/api"];
    const owned = published.flatMap(({ manifest }) =>
      Object.keys(manifest.dependencies ?? {})
        .filter((one) => hosts.includes(one))
        .map((one) => `${manifest.name}: ${one}`),
    );
    expect(owned).toEqual([]);
  });

  it("say the same about licence, module type and engines", () => {
    for (const { manifest } of published) {
      expect(manifest).toMatchObject({ license: "Apache-2.0", type: "module", engines: { node: ">=22.15" } });
      expect(manifest.description).toBeTruthy();
    }
  });
});
