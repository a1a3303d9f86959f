import type { DiagnosticCode } from "../codes.ts";
import type { Explanation } from "./explanation.ts";

/** A policy that brings Rego of its own; each name is another package. */
const brought = (name: string, rego: string, reads = '["user.groups"]', module = `./${name}.rego`) =>
  `// ${name}.policy.ts
import { rego } from "@forego/dsl";
export default rego({
  name: "${name}",
  version: "1.0.0",
  module: "${module}",
  reads: ${reads},
  rules: ({ deny }) => ({ stranger: deny({ reason: "user_is_a_stranger" }) }),
});
// ${name}.rego
package forego.resource.rego.${name}

import rego.v1

${rego}
`;

const isStranger = 'hits contains "stranger" if not "staff" in input.user.groups';

/** Policies whose conditions are Rego that is there already. */
export const regoExplanations = {
  FG1030: {
    paragraph:
      "`rego()` names a file of Rego below the folder of the policies. OPA must find nothing wrong with it, as strict as it can be (`opa check --strict`), with the built-in functions that a release may use: none that reads the clock, the network, the environment or chance, none that prints, and none that the WASM module would have to ask its host for, since those are not the same there. Nor may it divide (0 / 0 ends the whole evaluation in WASM: multiply instead), or read numbers and JSON from texts, which WASM does otherwise.",
    wrong: brought("staff", 'hits contains "stranger" if time.now_ns() > 0'),
    right: brought("staff", isStranger),
  },
  FG1031: {
    paragraph:
      "What hand-written Rego answers is a closed shape: `hits`, a set of names of the policy's rules. What OPA calls a partial set is always there, is never two things at once, and its names are written down, so that they can be compared with the policy when it is built and nothing is left to go wrong when it decides. The module keeps to its own package, defines values and sets by name, and does not exchange the input with `with`. Each rule of the policy is added somewhere: a deny that nothing adds would look like one that is there.",
    wrong: brought("staff", 'hits contains "strangers" if not "staff" in input.user.groups'),
    right: brought("staff", isStranger),
  },
  FG1032: {
    paragraph:
      "A rule gets of the input what it says that it reads, and is invalid when that is not what it must be. So a path that the Rego reads, itself or through the rules that it asks, must be among the `reads` of the policy or of the rule, or below one of them; and it must be visible: input.user.groups, and not input[name]. Otherwise it would be missing where nobody else reads it, and a deny would stay silent. Of `data` it reads the policy's own data file.",
    wrong: brought("staff", isStranger, '["user.id"]'),
    right: brought("staff", isStranger),
  },
  FG1033: {
    paragraph:
      "A rule with one value must have one: where two definitions hold, or one holds for several entries of a list, OPA ends the whole evaluation with an error, and every decision would be a deny for an input that somebody chose. So a value that is not the same everywhere needs one definition, with `else` for the other cases, in which nothing is iterated; keys of objects are written down or taken over. Sets (`contains`) and lists ([x | ...]) hold as many values as there are.",
    wrong: brought(
      "staff",
      `team := group if some group in input.user.groups

hits contains "stranger" if not team == "staff"`,
    ),
    right: brought(
      "staff",
      `teams contains group if some group in input.user.groups

hits contains "stranger" if not "staff" in teams`,
    ),
  },
  FG1034: {
    paragraph:
      'What is read must be known, so that the rule is invalid where it is something else: a path of the contract, of the policy\'s `facts`, or of the arguments of the tool that the rule is pinned to. One that may be absent ends with a question mark, and the Rego has to say what its absence means. `"input"` stands for all that the contract has; what a host may leave out may be absent then.',
    wrong: brought("staff", 'hits contains "stranger" if input.user.group != "staff"', '["user.group"]'),
    right: brought("staff", isStranger),
  },
} as const satisfies Partial<Record<DiagnosticCode, Explanation>>;
