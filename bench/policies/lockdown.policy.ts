import { after, policy } from "@forego/dsl";

const writes = ["crm.update", "issue_refund", "send_mail", "deploy", "shell.run"];

/** What is closed for a time, whatever the other policies say. */
export default policy({
  category: "override",
  name: "lockdown",
  version: "1.0.0",
  owner: "security-team",
  justification: "Year-end freeze, and the open incident with a tool server.",
  expires: "2026-02-01T00:00:00Z",
  rules: ({ deny }) => ({
    /** Production does not change over the holidays. */
    change_freeze: deny({
      reason: "change_freeze",
      when: ({ environment, action }) =>
        environment.is_production &&
        after(environment.time, "2025-12-20T00:00:00Z") &&
        writes.includes(action.tool),
    }),
    /** No shells while the incident is open. */
    no_shells: deny({
      reason: "shells_locked",
      when: ({ action }) => action.tool.startsWith("shell."),
    }),
    /** The server is part of the incident. */
    closed_server: deny({
      reason: "server_closed",
      when: ({ action }) => action.server === "files-legacy",
    }),
  }),
});
