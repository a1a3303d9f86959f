import { int, tool } from "@forego/dsl";
import { z } from "zod";

/** Looks up one customer. */
export const lookupCustomer = tool("lookup_customer", z.object({ customer: z.string() }), {
  data_classes: ["customer_data"],
});

/** Pays money back for an order. */
export const issueRefund = tool(
  "issue_refund",
  z.object({ order: z.string(), amount_cents: int({ min: 1, max: 10_000_000 }) }),
  { data_classes: ["payment_data"] },
);

/** Exports all customers with their personal data. */
export const exportCustomers = tool("export_customers", z.object({ format: z.enum(["csv", "json"]) }), {
  data_classes: ["customer_pii"],
});

/** Sends a mail. */
export const sendMail = tool("send_mail", z.object({ to: z.string(), text: z.string() }), {
  data_classes: ["customer_contact"],
});

/** Runs a report. Nobody has said yet which data it touches. */
export const runReport = tool("run_report", z.object({ name: z.string() }));
