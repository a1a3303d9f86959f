import type { Shape, StringShape } from "../shape.ts";
import { textFormats } from "../text-formats.ts";

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
      return sayText(shape);
    case "number":
      return `a ${shape.integer ? "whole " : ""}number${sayBounds(shape.min, shape.max)}`;
    case "array":
      return shape.places === undefined
        ? `a list of at most ${shape.max}, each ${sayShape(shape.items)}`
        : `a list of ${shape.places.map(sayShape).join(", then ")}`;
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

function sayText({ format, patterns = [], min, max }: StringShape): string {
  const what = format === undefined ? "a text" : textFormats[format].name;
  const matched = patterns.map(({ source, flags }) => `/${source}/${flags}`).join(" and ");
  return `${what}${sayBounds(min, max)}${matched === "" ? "" : ` that matches ${matched}`}`;
}

function sayBounds(min: number | undefined, max: number | undefined): string {
  return `${min === undefined ? "" : ` from ${min}`}${max === undefined ? "" : ` up to ${max}`}`;
}
