import type { ToolInfo } from "@forego/core";

/** What a policy declares of tools, in words: which data they touch, and which classifiers look at what. */
export function sayTools(tools: ReadonlyMap<string, ToolInfo>): readonly string[] {
  return [...tools].map(([name, info]) => `tool ${name}: ${sayTool(info).join("; ")}`);
}

function sayTool({ data_classes: classes, classify: { args, result } = {} }: ToolInfo): readonly string[] {
  return [
    ...(classes === undefined ? [] : [`touches ${classes.join(", ") || "no class of data"}`]),
    ...(args === undefined ? [] : [`its arguments are classified by ${args.join(", ")}`]),
    ...(result === undefined ? [] : [`its results are classified by ${result.join(", ")}`]),
    // what is not said must be known, too: nobody is cleared for it
    ...(classes === undefined && args === undefined ? ["its calls are forego:unclassified"] : []),
    ...(classes === undefined && result === undefined ? ["its results are forego:unclassified"] : []),
  ];
}
