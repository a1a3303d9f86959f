import { textType } from "../types/value-types.ts";
import { requireText } from "./argument-checks.ts";
import type { Intrinsic } from "./intrinsic.ts";

export const removePrefix: Intrinsic = {
  arguments: [requireText, requireText],
  type: textType,
  rego: {
    kind: "function",
    name: "remove_prefix",
    text: `# A text without its beginning, where it begins so.
remove_prefix(text, prefix) := trim_prefix(text, prefix)`,
  },
};
