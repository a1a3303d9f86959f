import { policy, tool } from "@forego/dsl";
import { z } from "zod";

const sendMail = tool(
  "send_mail",
  z.object({ to: z.array(z.string()).max(50), subject: z.string(), body: z.string() }),
);

/** Mail that agents write. */
export default policy({
  name: "mail",
  version: "1.0.3",
  owner: "platform-team",
  rules: ({ allow, requireApproval }) => ({
    /** Mail within the house. */
    internal_mail: allow({
      reason: "mail_internal",
      tool: sendMail,
      when: ({ args }) => args.to.every((address) => address.endsWith("@shop.example")),
    }),
    /** Somebody outside gets the mail: the user confirms it. */
    external_mail: requireApproval({
      reason: "mail_leaves_the_house",
      tool: sendMail,
      when: ({ args }) => args.to.some((address) => !address.endsWith("@shop.example")),
    }),
  }),
});
