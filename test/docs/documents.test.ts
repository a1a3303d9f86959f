import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeModuleFolder } from "../support/module-folder.ts";
import { type FencedBlock, fileOf, readBlocks } from "../support/read-blocks.ts";
import { readWorkspaces, root } from "../support/repository.ts";

const documents = ["README.md", ...readWorkspaces().map(({ folder }) => `${folder}/README.md`)].filter(
  (path) => existsSync(join(root, path)),
);

describe.each(documents)("%s", (document) => {
  const blocks = readBlocks(document);
  let folder: string;

  beforeAll(async () => {
    folder = await makeModuleFolder();
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
    for (const block of blocks) {
      const file = fileOf(block);
      if (file === undefined) continue;
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), `${block.text}\n`);
    }
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("has only blocks that can be run, compiled or compared", () => {
    const loose = blocks.filter((block) => !isChecked(block));
    expect(loose.map(({ line, language }) => `line ${line}: ${language}`)).toEqual([]);
  });

  it("has TypeScript that compiles", () => {
    if (blocks.some(({ language }) => language === "ts")) run("tsc -p .", folder);
  });

  it("has commands that work, and prints what it says", () => {
    let printed = "";
    for (const block of blocks) {
      if (block.language === "sh") printed = runAll(block, folder);
      if (block.info === "output") expectPrinted(block, printed);
    }
  });
});

function isChecked(block: FencedBlock): boolean {
  if (block.language === "sh") return true;
  if (["ts", "json", "rego"].includes(block.language)) return fileOf(block) !== undefined;
  return block.language === "text" && block.info === "output";
}

const tsconfig = {
  extends: join(root, "tsconfig.base.json"),
  compilerOptions: {
    composite: false,
    declarationMap: false,
    noEmit: true,
    rewriteRelativeImportExtensions: false,
    allowImportingTsExtensions: true,
    lib: ["es2024", "dom", "dom.asynciterable"],
    typeRoots: [join(root, "node_modules/@types")],
  },
};

/** Commands that CI runs by themselves: what a fresh clone does, and what measures, which no test does beside others. */
const runByCi = ["npm ci && npm start", "npm test", "npm run bench", "npm run bench -- --smoke"];

function runAll(block: FencedBlock, folder: string): string {
  const commands = block.text.split("\n").map((line) => line.replace(/\s+#.*$/, "").trim());
  return commands
    .map((command) => (command === "" || runByCi.includes(command) ? "" : run(command, folder)))
    .join("");
}

function run(command: string, folder: string): string {
  const PATH = [join(root, "node_modules/.bin"), process.env.PATH].join(delimiter);
  const inRepository = command.startsWith("npm ");
  const result = spawnSync(command.replace(/^npx /, ""), {
    cwd: inRepository ? root : folder,
    shell: true,
    encoding: "utf8",
    env: { ...process.env, PATH, NODE_OPTIONS: "" },
  });
  expect(
    `${command}: exit ${result.status} ${result.status === 0 ? "" : result.stdout + result.stderr}`,
  ).toBe(`${command}: exit 0 `);
  return result.stdout + result.stderr;
}

/** Each line of the document is there, up to the dots that stand for the rest. */
function expectPrinted(block: FencedBlock, printed: string): void {
  for (const line of block.text.split("\n")) {
    const [beginning = ""] = line.split("…");
    expect(printed).toContain(beginning.trimEnd());
  }
}
