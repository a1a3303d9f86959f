import { membersOf, type Shape } from "@forego/ir";
import type { DiagnosticText } from "../diagnostics/diagnostic.ts";

/**
 * Where a path into the arguments of a tool leads to nothing that its schema has: a misspelt one would take out nothing.
 * Of a union any member will do; what a schema leaves open may be anything.
 */
export function misledPath(path: string, args: Shape): Required<DiagnosticText> | undefined {
  const [root = "", ...steps] = path.split(/\.|(?=\[)/);
  let at = root;
  let shapes = membersOf(args);
  for (const [index, step] of steps.entries()) {
    const below = shapes.flatMap((shape) => partsOf(shape, step)).flatMap(membersOf);
    if (below.length === 0) return toldOf(at, step, steps.slice(index), shapes);
    at += written(step);
    shapes = below;
  }
  return undefined;
}

/** What a step leads to. */
function partsOf(shape: Shape, step: string): readonly Shape[] {
  if (shape.kind === "unknown") return [shape];
  if (shape.kind === "record") return [shape.values];
  if (shape.kind === "array") return step === "[*]" ? [shape.items] : [];
  if (shape.kind !== "object") return [];
  const all = Object.values(shape.properties).map((property) => property.shape);
  if (step === "[*]") return all;
  return Object.entries(shape.properties).flatMap(([name, property]) =>
    name === step ? property.shape : [],
  );
}

/** Says where a path ends that a schema has, and how it could go on. */
function toldOf(
  at: string,
  step: string,
  rest: readonly string[],
  shapes: readonly Shape[],
): Required<DiagnosticText> {
  if (step === "[*]") return { message: `'${at}' has no entries`, fix: `leave [*] out: ${at}` };
  if (shapes.some(({ kind }) => kind === "array"))
    return {
      message: `'${at}' is a list`,
      fix: `write [*] for its entries: ${at}[*]${rest.map(written).join("")}`,
    };
  const names = shapes.flatMap((shape) => (shape.kind === "object" ? Object.keys(shape.properties) : []));
  const message = `'${at}' has no '${step}' in the tool's schema`;
  return names.length === 0
    ? { message, fix: `end the path there: ${at}` }
    : { message, fix: `it has ${names.join(", ")}; add what is missing to the schema` };
}

function written(step: string): string {
  return step === "[*]" ? step : `.${step}`;
}
