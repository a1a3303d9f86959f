import type { Shape } from "../shape.ts";

/** What a shape asks for, in words: as short as tells where a value misses it. */
export function sayShape(shape: Shape): string {
  switch (shape.kind) {
    case "unknown":
      return "anything";
    case "literal":
      return JSON.stringify(shape.value);
    case "boolean":
      return "true or false";
    case "string":
      return shape.format === "utc-time" ? "a UTC time" : `a text${sayBounds(shape.min, shape.max)}`;
    case "number":
      return `a ${shape.integer ? "whole " : ""}number${sayBounds(shape.min, shape.max)}`;
    case "array":
      return `a list of at most ${shape.max}, each ${sayShape(shape.items)}`;
    case "record":
      return `a record of at most ${shape.max}, each ${sayShape(shape.values)}`;
    case "object": {
      const names = Object.entries(shape.properties).map(
        ([name, { optional }]) => name + (optional ? "?" : ""),
      );
      return `an object with ${names.join(", ") || "anything"}`;
    }
    case "union":
      return shape.members.map(sayShape).join(" or ");
  }
}

function sayBounds(min: number | undefined, max: number | undefined): string {
  return `${min === undefined ? "" : ` from ${min}`}${max === undefined ? "" : ` up to ${max}`}`;
}
