import type { z } from "zod";
import { exportCustomers, issueRefund, lookupCustomer, runReport, sendMail } from "../policies/tools.ts";
import type { DeskDatabase } from "./desk-database.ts";

/** A tool of the desk: declared for the policies, run here, and offered to whichever host runs the agent. */
export interface DeskTool {
  readonly name: string;
  readonly description: string;
  readonly schema: z.ZodObject;
  run(args: Readonly<Record<string, unknown>>): string;
}

/** The tools of the desk, over its database. None of them asks whether it may: that is decided before. */
export function createDeskTools(desk: DeskDatabase): readonly DeskTool[] {
  return [
    {
      ...declared(lookupCustomer, "Look up a customer by id."),
      run({ customer }) {
        const found = desk.customer(String(customer));
        return found === undefined ? "No such customer." : `${found.name}, ${found.email}. ${found.note}`;
      },
    },
    {
      ...declared(issueRefund, "Pay money back for an order."),
      run({ order, amount_cents }) {
        desk.refund(String(order), Number(amount_cents));
        return `Refunded ${formatCents(Number(amount_cents))} for ${String(order)}.`;
      },
    },
    {
      ...declared(exportCustomers, "Export all customers to a file."),
      run: ({ format }) => `${String(format)} file with ${desk.customers().length} customers`,
    },
    {
      ...declared(sendMail, "Send a mail."),
      run({ to, text }) {
        desk.send(String(to), String(text));
        return `Mail sent to ${String(to)}.`;
      },
    },
    { ...declared(runReport, "Run a report by name."), run: ({ name }) => `report ${String(name)}: 3 rows` },
  ];
}

function declared(tool: { readonly name: string; readonly args: z.ZodObject }, description: string) {
  return { name: tool.name, description, schema: tool.args };
}

function formatCents(cents: number): string {
  return `$${(cents / 100).toFixed(2)}`;
}
