import type { ToolInfo } from "@forego/core";

/** What is declared of each tool, wherever it is: the classes and classifiers of all declarations together, sorted. */
export function mergeTools(declared: Iterable<readonly [string, ToolInfo]>): ReadonlyMap<string, ToolInfo> {
  const tools = new Map<string, ToolInfo>();
  for (const [name, info] of declared) tools.set(name, mergeInfo(tools.get(name) ?? {}, info));
  return new Map([...tools].sort(([left], [right]) => (left < right ? -1 : 1)));
}

function mergeInfo(one: ToolInfo, other: ToolInfo): ToolInfo {
  const classes = mergeNames(one.data_classes, other.data_classes);
  const args = mergeNames(one.classify?.args, other.classify?.args);
  const result = mergeNames(one.classify?.result, other.classify?.result);
  const classify = {
    ...(args === undefined ? {} : { args }),
    ...(result === undefined ? {} : { result }),
  };
  return {
    ...(classes === undefined ? {} : { data_classes: classes }),
    ...(Object.keys(classify).length === 0 ? {} : { classify }),
  };
}

function mergeNames(
  some: readonly string[] | undefined,
  others: readonly string[] | undefined,
): readonly string[] | undefined {
  if (some === undefined && others === undefined) return undefined;
  return [...new Set([...(some ?? []), ...(others ?? [])])].sort();
}
