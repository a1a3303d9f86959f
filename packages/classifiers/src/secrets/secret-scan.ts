import { creator } from "@secretlint/secretlint-rule-preset-recommend";

/** The part of secretlint's rule interface that is used here. */
interface SecretRule {
  readonly meta: { readonly id: string };
  create(context: RuleContext, options: object): { file?(source: Source): unknown };
}

interface RuleContext {
  readonly sharedOptions: object;
  createTranslator(): () => { readonly message: string; readonly messageId: string };
  report(): void;
  ignore(): void;
}

interface Source {
  readonly content: string;
  readonly contentType: "text";
  readonly ext: ".txt";
}

/** Lets a text switch rules off, by a comment in it. Whoever writes what is looked at here must not be able to. */
const filterComments = "@secretlint/secretlint-rule-filter-comments";

/**
 * Beginnings of one kind of GitHub token: from each of them, its rule looks at 12,000 characters. It is the only rule
 * whose time would grow much faster than the text.
 */
const slowBeginning = /ghs_\d/g;
const maxBeginnings = 64;

/** Keys that secretlint's rule passes by: short ones (Ed25519), encrypted ones, and those without an end. */
const privateKey =
  /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----\s{0,9}(?:[\w-]{1,40}: [^\n]{0,200}\n\s{0,9}){0,4}[A-Za-z0-9+/=\s]{40}/;

/**
 * Makes the scan of secretlint's recommended rules: whether a text holds a secret. The rules are run as they are, one
 * after the other and without waiting; what they found is not kept, nor where.
 */
export function createSecretScan(): (text: string) => boolean {
  let found = false;
  const context: RuleContext = {
    sharedOptions: {},
    createTranslator: () => () => ({ message: "", messageId: "" }),
    report() {
      found = true;
    },
    ignore() {},
  };
  const rules = (creator.rules as unknown as readonly SecretRule[])
    .filter(({ meta }) => meta.id !== filterComments)
    .map((rule) => rule.create(context, {}));
  return (text) => {
    found = false;
    if ((text.match(slowBeginning)?.length ?? 0) > maxBeginnings) throw new Error("too much to look at");
    // one secret is enough
    if (privateKey.test(text)) return true;
    return rules.some((rule) => {
      // a rule that waits for something has not answered: the guard takes a throw for a doubt
      if (rule.file?.({ content: text, contentType: "text", ext: ".txt" }) instanceof Promise)
        throw new Error("a rule of secretlint does not answer at once");
      return found;
    });
  };
}
