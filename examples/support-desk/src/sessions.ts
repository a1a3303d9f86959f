import { type VerifiedIdentity, verified } from "forego";

/** What both hosts hand to `identify`: the context that the application gave them. */
export interface HostWithSession {
  readonly context: unknown;
}

const desk = { id: "desk" };

/** Sessions that the application has opened after a login. In place of this table stands your session store. */
const sessions: ReadonlyMap<string, VerifiedIdentity> = new Map([
  [
    "session-of-ana",
    verified({
      tenant: desk,
      user: {
        id: "ana",
        issuer: "https://login.desk.example",
        groups: ["support"],
        data_classifications_authorized: ["customer_data", "customer_contact", "payment_data"],
      },
    }),
  ],
  [
    "session-of-mia",
    verified({
      tenant: desk,
      user: { id: "mia", issuer: "https://login.desk.example", groups: ["finance"] },
    }),
  ],
]);

/** Verifies who is behind a call: only a session that the application has opened counts. */
export function identify({ context }: HostWithSession): VerifiedIdentity {
  const { session } = context as { readonly session: string };
  const identity = sessions.get(session);
  if (identity === undefined) throw new Error("this session is not open");
  return identity;
}

/** The support agent's user. */
export const ana = { session: "session-of-ana" };

/** Somebody of finance. */
export const mia = { session: "session-of-mia" };
