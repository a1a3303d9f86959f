import { policy } from "@forego/dsl";

/** A budget that every call takes from. */
export default policy({
  category: "workflow",
  name: "spend",
  version: "1.0.0",
  rules: ({ budget }) => ({
    weekly: budget({
      reason: "weekly_budget",
      window: { days: 7 },
      limit: 1_000_000_000_000,
      cost: 3,
      key: ({ user }) => user.id,
    }),
  }),
});
