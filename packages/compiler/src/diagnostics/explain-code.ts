import { type DiagnosticCode, diagnosticCodes } from "./codes.ts";
import { computationExplanations } from "./explanations/computation-explanations.ts";
import { derivedExplanations } from "./explanations/derived-explanations.ts";
import { effectExplanations } from "./explanations/effect-explanations.ts";
import type { Explanation } from "./explanations/explanation.ts";
import { languageExplanations } from "./explanations/language-explanations.ts";
import { policyExplanations } from "./explanations/policy-explanations.ts";
import { regoExplanations } from "./explanations/rego-explanations.ts";
import { textExplanations } from "./explanations/text-explanations.ts";
import { valueExplanations } from "./explanations/value-explanations.ts";

// a code without an explanation does not compile
const explanations: Readonly<Record<DiagnosticCode, Explanation>> = {
  ...policyExplanations,
  ...derivedExplanations,
  ...effectExplanations,
  ...languageExplanations,
  ...valueExplanations,
  ...computationExplanations,
  ...textExplanations,
  ...regoExplanations,
};

/** A code with all that is known about it. */
export interface ExplainedCode extends Explanation {
  readonly code: DiagnosticCode;
  readonly title: string;
  /** What to write instead, in one line. */
  readonly fix: string;
}

/** Explains a code; `undefined` when there is none such. */
export function explainCode(code: string): ExplainedCode | undefined {
  return isCode(code) ? { code, ...diagnosticCodes[code], ...explanations[code] } : undefined;
}

/** The code that is nearest to a number, for those who mistype. */
export function nearestCode(number: number): DiagnosticCode {
  const distance = (code: DiagnosticCode) => Math.abs(Number(code.slice(2)) - number);
  const codes = Object.keys(diagnosticCodes).filter(isCode);
  return codes.reduce((nearest, code) => (distance(code) < distance(nearest) ? code : nearest));
}

function isCode(text: string): text is DiagnosticCode {
  return Object.hasOwn(diagnosticCodes, text);
}
