import { policy } from "@forego/dsl";
import { z } from "zod";

/** A fact that every call asks for. */
export default policy({
  category: "workflow",
  name: "accounts",
  version: "1.0.0",
  facts: z.object({ account: z.object({ frozen: z.boolean() }) }),
  rules: ({ deny }) => ({
    frozen: deny({ reason: "account_frozen", when: ({ facts }) => facts.account.frozen }),
  }),
});
