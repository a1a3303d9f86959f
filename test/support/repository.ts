import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root folder. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** A package's manifest, as far as tests read it. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly license?: string;
  readonly type?: string;
  readonly description?: string;
  readonly engines?: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly files?: readonly string[];
  readonly exports?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly workspaces?: readonly string[];
}

/** A workspace: its folder below the root, and its manifest. */
export interface Workspace {
  readonly folder: string;
  readonly manifest: Manifest;
}

/** All workspaces, in the order of their folders. */
export function readWorkspaces(): readonly Workspace[] {
  const nested = ["packages", "examples"].flatMap((dir) =>
    readdirSync(join(root, dir)).map((name) => `${dir}/${name}`),
  );
  const folders = ["dsl", ...nested, "policies", "test", "bench"];
  return folders.filter((folder) => existsSync(join(root, folder, "package.json"))).map(readWorkspace);
}

function readWorkspace(folder: string): Workspace {
  return {
    folder,
    manifest: JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Manifest,
  };
}

/** Source files below a folder, relative to the root: no tests, unless they are asked for. */
export function sourceFiles(folder: string, { tests = false } = {}): readonly string[] {
  const found = readdirSync(join(root, folder), { withFileTypes: true }).flatMap(
    (entry): readonly string[] => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory())
        return /^(?:node_modules|dist|out)$/.test(entry.name) ? [] : sourceFiles(path, { tests });
      return /\.(?:ts|mjs|js)$/.test(entry.name) ? [path] : [];
    },
  );
  return tests ? found : found.filter((path) => !/\.test(?:-d)?\.ts$/.test(path));
}

/** One import of a file. */
export interface Import {
  readonly specifier: string;
  readonly isTypeOnly: boolean;
}
