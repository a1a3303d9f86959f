import { basename } from "node:path";
import type { Mistakes } from "./diagnostics/mistakes.ts";
import { fileName } from "./diagnostics/place-of.ts";
import { dataFileOf, readDataFile } from "./project/data-file.ts";
import { jsonMistake } from "./project/json-mistake.ts";
import type { PolicySource } from "./project/policy-source.ts";
import type { ModuleReport } from "./schema/policy-facts.ts";

/** Reports what showed when the module ran, at the part of the policy that it is in. */
export function reportProblems(
  { problems }: ModuleReport,
  { file, call, terms, rules }: PolicySource,
  root: string,
  mistakes: Mistakes,
): void {
  const dataFile = dataFileOf(file);
  for (const { place, code, path = [], ...text } of problems) {
    if (place === "data file" && code === "FG1009") {
      const source = readDataFile(file) ?? "";
      const at = { file: fileName(dataFile, root), ...jsonMistake(source) };
      mistakes.reportPlace({ place: at, source }, code, text);
    } else if (place === "data file") mistakes.reportJson(dataFile, path, code, text);
    else if (place === "module") mistakes.report(call, code, text);
    else if (typeof place === "string") {
      const fix = `write its values as JSON in ${basename(dataFile)}, beside the policy`;
      mistakes.report(terms.getProperty(place) ?? terms, code, code === "FG1009" ? { ...text, fix } : text);
    } else {
      const options = rules.get(place.rule)?.options;
      mistakes.report(options?.getProperty("tool") ?? options ?? terms, code, text);
    }
  }
}
