import { textType } from "../types/value-types.ts";
import { requireText } from "./argument-checks.ts";
import type { Intrinsic } from "./intrinsic.ts";

export const removeSuffix: Intrinsic = {
  arguments: [requireText, requireText],
  type: textType,
  rego: {
    kind: "function",
    name: "remove_suffix",
    text: `# A text without its end, where it ends so.
remove_suffix(text, suffix) := trim_suffix(text, suffix)`,
  },
};
