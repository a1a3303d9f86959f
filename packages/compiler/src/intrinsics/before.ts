import { booleanType } from "../types/value-types.ts";
import { requireTime } from "./argument-checks.ts";
import type { Intrinsic } from "./intrinsic.ts";

export const before: Intrinsic = {
  arguments: [requireTime, requireTime],
  type: booleanType,
  rego: { kind: "time-order", sign: "<", opposite: ">=" },
};
