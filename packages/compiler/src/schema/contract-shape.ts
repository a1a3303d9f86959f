import { inputSchema } from "@forego/core";
import type { ObjectShape } from "@forego/ir";
import { shapeOfSchema } from "./shape-of-schema.ts";

/** The input contract as a shape: the documents that a policy declares (facts, arguments) are put into it where they are read. */
export function contractShape(): ObjectShape {
  const shape = shapeOfSchema(inputSchema, { absent: "host" });
  if (shape.kind !== "object") throw new Error("the contract is not an object");
  return shape;
}
