import { after } from "./after.ts";
import { asciiLower } from "./ascii-lower.ts";
import { before } from "./before.ts";
import { removePrefix } from "./remove-prefix.ts";
import { removeSuffix } from "./remove-suffix.ts";

/** The functions of the DSL that mean the same everywhere, by their names there. All of them are total on texts. */
export const intrinsics = { after, asciiLower, before, removePrefix, removeSuffix } as const;

/** A name of {@link intrinsics}. */
export type IntrinsicName = keyof typeof intrinsics;
