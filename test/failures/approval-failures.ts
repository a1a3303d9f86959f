import { type ApprovalStore, createMemoryApprovals } from "@forego/core";
import { type Desk, type DeskHost, refundCall } from "../support/desk-guard.ts";
import type { Failure, Trouble } from "./failure.ts";

/** Above what is refunded without a question. */
const amount = 70;
const minuteMs = 60_000;

/** Has the requester confirm a refund. */
async function confirm({ guard }: Desk, call = refundCall(amount)): Promise<void> {
  const { requests } = await guard.propose(call);
  for (const { id } of requests) {
    const { accepted } = await guard.answer(id, true, call.host as DeskHost);
    if (!accepted) throw new Error("the answer was not accepted");
  }
}

async function admit({ guard }: Desk, call = refundCall(amount)) {
  return (await guard.admit(call)).decision;
}

/** An approval that was given, and is used for what it was not given for, or not any more. */
const uses: readonly (readonly [name: string, play: NonNullable<Failure["play"]>])[] = [
  [
    "a used approval is used again for the same call",
    async (desk) => {
      await confirm(desk);
      await requireAllow(desk);
      return admit(desk);
    },
  ],
  [
    "a used approval is used again for a new call",
    async (desk) => {
      await confirm(desk);
      await requireAllow(desk);
      return admit(desk, refundCall(amount, { callId: "call-2" }));
    },
  ],
  [
    "one approval is used twice at once",
    async (desk) => {
      await confirm(desk);
      const ids = ["call-2", "call-3", "call-4"];
      const all = await Promise.all(ids.map((callId) => admit(desk, refundCall(amount, { callId }))));
      const denied = all.filter(({ allow }) => !allow);
      if (denied.length !== 2 || denied[0] === undefined) throw new Error("not exactly one ran");
      return denied[0];
    },
  ],
  [
    "an approval is used for other arguments",
    async (desk) => {
      await confirm(desk);
      return admit(desk, refundCall(amount + 1));
    },
  ],
  [
    "an approval is used for arguments that were added",
    async (desk) => {
      await confirm(desk);
      return admit(desk, refundCall(amount, { args: { amount, note: "and more" } }));
    },
  ],
  [
    "an approval is used in another conversation",
    async (desk) => {
      await confirm(desk);
      return admit(desk, refundCall(amount, { conversationId: "talk-2" }));
    },
  ],
  [
    "an approval is used for another user",
    async (desk) => {
      await confirm(desk);
      return admit(desk, refundCall(amount, { host: { user: "eve" } }));
    },
  ],
  [
    "an approval is used for a user of the same name from elsewhere",
    async (desk) => {
      await confirm(desk);
      return admit(desk, refundCall(amount, { host: { issuer: "https://evil.example" } }));
    },
  ],
  [
    "an approval is used by another tenant",
    async (desk) => {
      await confirm(desk);
      return admit(desk, refundCall(amount, { host: { tenant: "other" } }));
    },
  ],
  [
    "an approval is used after the wall clock jumped past its end",
    async (desk, { jump }) => {
      await confirm(desk);
      jump.wallMs = 16 * minuteMs;
      return admit(desk);
    },
  ],
  [
    "an approval that has expired is used after the wall clock jumped back",
    async (desk, { jump }) => {
      await confirm(desk);
      jump.wallMs = 16 * minuteMs;
      await admit(desk, refundCall(amount, { callId: "call-2" }));
      jump.wallMs = 0;
      return admit(desk);
    },
  ],
  [
    "an approval is answered with an id that somebody guessed",
    async (desk) => {
      await desk.guard.propose(refundCall(amount));
      for (const id of ["id-0", "__proto__", "constructor", ""]) {
        const { accepted } = await desk.guard.answer(id, true, {});
        if (accepted) throw new Error("the answer was accepted");
      }
      return admit(desk);
    },
  ],
  [
    "an approval is given by somebody else",
    async (desk) => {
      const { requests } = await desk.guard.propose(refundCall(amount));
      const { accepted } = await desk.guard.answer(requests[0]?.id ?? "", true, { user: "eve" });
      if (accepted) throw new Error("the answer was accepted");
      return admit(desk);
    },
  ],
];

async function requireAllow(desk: Desk): Promise<void> {
  if (!(await admit(desk)).allow) throw new Error("the approval does not serve");
}

/** What approvals may be used for, and what their store may do to a call. */
export const approvalFailures: readonly Failure[] = [
  ...uses.map(([name, play]): Failure => ({ name, reason: "refund_needs_confirmation", play })),
  ...(["open", "state", "take"] as const).map(
    (method): Failure => ({
      name: `the store of approvals is down when it is to ${method}`,
      reason: "forego.state_unavailable",
      options: (trouble) => ({ approvals: brokenApprovals(method, trouble) }),
      async play(desk, trouble) {
        trouble.isOn = false;
        if (method === "take") await confirm(desk);
        trouble.isOn = true;
        return admit(desk);
      },
    }),
  ),
];

/** A store of which one method fails while the trouble lasts. */
function brokenApprovals(method: "open" | "state" | "take", trouble: Trouble): ApprovalStore {
  const approvals = createMemoryApprovals(() => trouble.clock.now());
  const fail = async (): Promise<never> => {
    throw new Error("the store is down");
  };
  return new Proxy(approvals, {
    get: (store, name) => (trouble.isOn && name === method ? fail : store[name as keyof ApprovalStore]),
  });
}
