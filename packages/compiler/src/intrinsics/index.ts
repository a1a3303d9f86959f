import type { IntrinsicName } from "@forego/ir";
import { after } from "./after.ts";
import { asciiLower } from "./ascii-lower.ts";
import { before } from "./before.ts";
import { calendarPrelude, hourAt, longerThan, minutesBetween, weekdayAt } from "./calendar.ts";
import { addressPrelude, cidrContains } from "./cidr-contains.ts";
import { emailDomain } from "./email-domain.ts";
import type { Intrinsic } from "./intrinsic.ts";
import { isInside, normalPath, pathPrelude } from "./paths.ts";
import { removePrefix } from "./remove-prefix.ts";
import { removeSuffix } from "./remove-suffix.ts";
import { difference, intersection, intersects, isSubset } from "./set-operations.ts";
import { decimalPrelude, toMinorUnits } from "./to-minor-units.ts";
import { urlHost, urlPath, urlPrelude, urlScheme } from "./url.ts";

/** The functions of the DSL that mean the same everywhere, by their names there. */
export const intrinsics: Readonly<Record<IntrinsicName, Intrinsic>> = {
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
};

/** Functions of the prelude that those of intrinsics share, by their names. */
export const sharedBodies: Readonly<Record<string, string>> = {
  ...calendarPrelude,
  ...decimalPrelude,
  ...urlPrelude,
  ...pathPrelude,
  ...addressPrelude,
};

/** What is in {@link intrinsics} under a name; nothing for any other name. */
export function isIntrinsicName(name: string): name is IntrinsicName {
  return Object.hasOwn(intrinsics, name);
}
