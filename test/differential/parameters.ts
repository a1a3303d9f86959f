/**
 * Where the inputs begin: `DIFFERENTIAL_SEED`, else always at the same place, so that a change is judged by what it
 * changed. What fails prints it.
 */
export const seed: number = wholeNumber("DIFFERENTIAL_SEED") ?? 1;

/** Inputs for each policy: `DIFFERENTIAL_INPUTS`, else 3,000. */
export const inputs: number = wholeNumber("DIFFERENTIAL_INPUTS") ?? 3000;

/** How many of them OPA's own evaluator gets, which starts a process for each batch: a tenth. */
export const opaInputs: number = Math.ceil(inputs / 10);

function wholeNumber(name: string): number | undefined {
  const text = process.env[name];
  if (text === undefined || text === "") return undefined;
  const value = Number(text);
  if (!Number.isInteger(value)) throw new Error(`${name} must be a whole number, and is '${text}'`);
  return value;
}
