import { after } from "./after.ts";
import { asciiLower } from "./ascii-lower.ts";
import { before } from "./before.ts";
import { hourAt, longerThan, minutesBetween, weekdayAt } from "./calendar.ts";
import { cidrContains } from "./cidr-contains.ts";
import { emailDomain } from "./email-domain.ts";
import { isInside, normalPath } from "./paths.ts";
import { removePrefix } from "./remove-prefix.ts";
import { removeSuffix } from "./remove-suffix.ts";
import { difference, intersection, intersects, isSubset } from "./set-operations.ts";
import { toMinorUnits } from "./to-minor-units.ts";
import { urlHost, urlPath, urlScheme } from "./url.ts";

/**
 * The functions of the DSL that mean the same everywhere, by their names there. All of them are total: those of texts
 * on texts, those of lists on everything.
 */
export const intrinsics = {
  after,
  asciiLower,
  before,
  cidrContains,
  difference,
  emailDomain,
  hourAt,
  intersection,
  intersects,
  isInside,
  isSubset,
  longerThan,
  minutesBetween,
  normalPath,
  removePrefix,
  removeSuffix,
  toMinorUnits,
  urlHost,
  urlPath,
  urlScheme,
  weekdayAt,
} as const;

/** A name of {@link intrinsics}. */
export type IntrinsicName = keyof typeof intrinsics;
