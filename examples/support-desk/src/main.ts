import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { tellStory } from "./story.ts";

const folder = relative(process.cwd(), fileURLToPath(new URL("..", import.meta.url))) || ".";

process.exitCode = await tellStory({
  policies: `${folder}/policies`,
  out: `${folder}/out`,
  print: (line) => process.stdout.write(`${line}\n`),
});
