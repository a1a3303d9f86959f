import type { Category } from "@forego/core";
import { type Project, type SourceFile, ts } from "ts-morph";
import type { DiagnosticText } from "../diagnostics/diagnostic.ts";
import type { Mistakes } from "../diagnostics/mistakes.ts";

/** Reports what TypeScript itself finds wrong with files, and answers whether that is nothing. */
export function reportTypeErrors(
  project: Project,
  files: readonly SourceFile[],
  mistakes: Mistakes,
): boolean {
  let isTyped = true;
  const program = project.getProgram().compilerObject;
  for (const file of files) {
    const syntactic = program.getSyntacticDiagnostics(file.compilerNode);
    // what does not parse has no types worth telling of
    const found = syntactic.length > 0 ? syntactic : program.getSemanticDiagnostics(file.compilerNode);
    isTyped &&= found.length === 0;
    for (const { 0: comment, index } of file.getFullText().matchAll(hiding)) {
      isTyped = false;
      mistakes.reportStretch(file, index, index + comment.length, "FG1001", hidden);
    }
    for (const { start = 0, length = 0, messageText } of found) {
      const text = explain(ts.flattenDiagnosticMessageText(messageText, "\n"));
      mistakes.reportStretch(file, start, start + length, "FG1001", text);
    }
  }
  return isTyped;
}

const hidden: DiagnosticText = {
  message: "this comment hides what TypeScript reports, and types are what a condition is read with",
  fix: "leave it out, and mend what TypeScript reports then",
};

/** Comments that take back what TypeScript says of the line below, or of the file. */
const hiding = /@ts-(?:expect-error|ignore|nocheck)\b/g;

const inputOnly =
  "a policy reads its input only: what a host sets is in environment, in facts, or in the policy's `data`";

/** What is there in hosts of JavaScript, and not in a policy: what to do instead. */
const hostNames: ReadonlyMap<string, string> = new Map([
  ["Buffer", inputOnly],
  ["console", "leave it out, and try the policy with `forego eval`, or with breakpoints in a test"],
  ["crypto", inputOnly],
  ["fetch", "let a fact provider fetch it, and declare it in `facts`"],
  ["process", inputOnly],
  ["require", inputOnly],
  ["setTimeout", inputOnly],
]);

const toolFix =
  'name the tool in the rule: `tool: sendMail`, which is a `const sendMail = tool("send_mail", z.object({ … }))`';

/** What a condition is handed only where its rule or its policy says so: how it is said. */
const declared: ReadonlyMap<string, DiagnosticText> = new Map([
  [
    "args",
    {
      message: "the rule is about no tool, so that there are no 'args'",
      fix: `${toolFix}; of calls of models, \`tool: model()\``,
    },
  ],
  [
    "state",
    {
      message: "the policy reads no limits, so that there is no 'state'",
      fix: 'name in the policy the limits of it that are read: `state: ["weekly_tokens"]`',
    },
  ],
  [
    "derived",
    {
      message: "the policy derives nothing, so that there is no 'derived'",
      fix: "name the schema of what identity policies derive in the policy: `derived: capabilities`",
    },
  ],
]);

/** Which category has an effect that not all have. */
const categoryOf: ReadonlyMap<string, Category> = new Map([
  ["allow", "resource"],
  ["audit", "compliance"],
  ["budget", "workflow"],
  ["derive", "identity"],
  ["lift", "override"],
  ["rateLimit", "workflow"],
  ["redact", "compliance"],
  ["transform", "compliance"],
]);

/** What to do about a field that a condition, or what makes rules, is not handed; `undefined` for other mistakes. */
function explainMissing(message: string): DiagnosticText | undefined {
  const [, field, type = ""] = /^Property '([^']+)' does not exist on type '(.*)/s.exec(message) ?? [];
  if (field === undefined) return undefined;
  if (type.startsWith("Record<never, never>"))
    return {
      message: `no schema says that there is a '${field}'`,
      fix: "say what there is in the policy: `facts: z.object({ … })`, or `data: z.object({ … })`",
    };
  const [, category] = /^Effects<"(\w+)"/.exec(type) ?? [];
  const home = categoryOf.get(field);
  if (category !== undefined && home !== undefined)
    return {
      message: `a policy of the category '${category}' has no '${field}'`,
      fix: `write the rule in another file, in a policy of the category "${home}": one release has policies of all`,
    };
  if (!type.startsWith("{ readonly user:") || !type.includes("PolicyDocuments")) return undefined;
  return (
    declared.get(field) ?? {
      message: `a condition is not handed '${field}'`,
      fix: "it is handed user, tenant, agent, action, context, environment, facts and data; `args` where its rule names a tool",
    }
  );
}

/** TypeScript's message, with what to do about it in a policy. */
function explain(message: string): DiagnosticText {
  const missing = explainMissing(message);
  if (missing !== undefined) return missing;
  const [, lacking] =
    /Property '(\w+)' is missing in type .* but required in type '\w+Options</s.exec(message) ?? [];
  if (lacking !== undefined)
    return {
      message: `the rule has no '${lacking}'`,
      fix:
        lacking === "reason"
          ? 'say why it decides: `reason: "refund_above_limit"`'
          : `write it: \`${lacking}: …\``,
    };
  if (/^Type 'string' is not assignable to type 'Tool</.test(message))
    return { message: "a name stands here, where a tool is expected", fix: toolFix };
  if (/^Type '\(.* \| undefined' is not assignable to type '\(context: .*=> boolean'/s.test(message))
    return {
      message: "this function can end without true or false",
      fix: "end it with `return false` or `return true`; what may be missing needs `?? false` or `?? true`",
    };
  if (message.includes("'undefined' is not assignable to type 'boolean'"))
    return { message, fix: "say what it means when a value is missing, with `?? false` or `?? true`" };
  if (message.includes("cannot be assigned to the mutable type"))
    return {
      message,
      fix: "a policy cannot change its input: write the type with readonly, such as readonly string[], or as SchemaValue<typeof schema> from @forego/dsl",
    };
  if (/^Type '[^'(]+' is not assignable to type '\(context: /.test(message))
    return {
      message: "a value stands here, where a function of the call is expected",
      fix: "write a function, also of what is always the same: `() => …`",
    };
  const [, host = ""] = /^Cannot find name '(\w+)'/.exec(message) ?? [];
  const fix = hostNames.get(host);
  if (fix !== undefined) return { message: `a policy cannot reach '${host}'`, fix };
  const [, module] = /^Cannot find (?:name|module) '(node:[^']*)'/.exec(message) ?? [];
  if (module !== undefined)
    return {
      message: `a policy cannot import '${module}'`,
      fix: "a policy sees its input, its data and its facts, and nothing else",
    };
  return { message };
}
