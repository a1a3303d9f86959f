import { z } from "zod";

/** What an agent may do, as `identity/capabilities` derives it. Import it as `derived` to read it in policies of your own. */
export const capabilities = z.object({
  /** Data classes that the agent may handle. */
  data_classes: z.array(z.string()),
  /** Whether the agent may change things outside. */
  may_change: z.boolean(),
});
