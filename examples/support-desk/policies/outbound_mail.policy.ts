import { policy } from "@forego/dsl";
import { z } from "zod";
import { sendMail } from "./tools.ts";

/** Mail goes to customers, and to nobody who turned up in a text. */
export default policy({
  category: "compliance",
  name: "outbound_mail",
  version: "1.0.1",
  owner: "privacy-team",
  facts: z.object({ customer_mails: z.array(z.string()) }),
  rules: ({ deny }) => ({
    /** Mail may only go to the address of a customer. */
    stranger: deny({
      reason: "mail_to_stranger",
      tool: sendMail,
      when: ({ args, facts }) => !facts.customer_mails.includes(args.to),
      remediation: "write_to_the_customer_on_file",
      audit: true,
    }),
  }),
});
