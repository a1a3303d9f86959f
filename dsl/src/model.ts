import { z } from "zod";
import { int } from "./schemas.ts";
import type { Tool } from "./tool.ts";

const tokens = int({ min: 0, max: 1_000_000_000 });

const modelArgs = z.object({
  input_tokens: tokens,
  max_output_tokens: tokens.optional(),
  tools: z.array(z.string()),
});

/** Calls of a model, as rules can name them. */
export interface Model extends Tool<typeof modelArgs> {
  readonly isModel: true;
}

/**
 * Calls of a model by its name, as the host knows it, or of any where none is given: a rule that names it applies in the
 * phase `model_call`, and reads as `args` what adapters tell of such a call: `input_tokens`, an estimate of what goes in;
 * `max_output_tokens`, the most that may come out, absent where neither the host nor the model says it; and the names of
 * the `tools` that the model is offered.
 */
export function model(name = "*"): Model {
  return { kind: "tool", isModel: true, name, args: modelArgs };
}
