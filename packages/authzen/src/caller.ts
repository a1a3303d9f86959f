import { type Identity, type VerifiedIdentity, verified } from "@forego/core";
import type { Entity } from "./evaluation.ts";
import { isRecord } from "./reading.ts";

/** Who asks: a policy enforcement point that has proven who it is. */
export interface Caller {
  /** A name of its own. Calls and conversations of two callers are never the same ones. */
  readonly id: string;
  /** Who it is itself, with the tenant that all its calls belong to. Defaults to an agent of the default tenant. */
  readonly identity?: Identity;
  /**
   * Whether the subjects of its requests are believed, with the groups and the clearance that it says they have.
   * Defaults to `"itself"`: then the subject must be the caller.
   */
  readonly speaksFor?: "itself" | "subjects";
  /**
   * Whether approval requests may be answered through it, in the name of those that it speaks for. Defaults to `false`:
   * an agent that asks for its calls does not grant them.
   */
  readonly mayAnswer?: boolean;
  /** Who issued the ids of its subjects: the same id of another issuer is somebody else. */
  readonly subjectIssuer?: string;
}

/** What the guard's `identify` is handed. */
export interface AuthZenHost {
  readonly caller: Caller;
  /** As the request says it. Believe it only of a caller that may speak for subjects. */
  readonly subject: Entity;
}

/**
 * Says who is behind a call: of a caller that speaks for subjects, the subject, in the caller's tenant; of any other,
 * the caller, if that is whom the request names. A subject of the type `user` is a user; one of the type `agent` is an
 * agent that nobody attends, and the last of the identity's chain. Anything else throws, which denies the call.
 */
export function identifySubject({ caller, subject }: AuthZenHost): VerifiedIdentity {
  const { identity = {}, speaksFor = "itself" } = caller;
  if (speaksFor === "subjects") return verified({ ...tenantOf(identity), ...subjectOf(subject, caller) });
  const { user } = identity;
  const isItself =
    user === undefined
      ? subject.type === "agent" && subject.id === caller.id
      : subject.type === "user" && subject.id === user.id;
  // fail closed: a caller that only speaks for itself is not believed to be anybody else
  if (!isItself) throw new Error("the caller does not speak for this subject");
  return verified(user === undefined ? { ...identity, ...asAgent(identity, caller.id) } : identity);
}

/** Agents are told apart by the chain: what was granted to one is not granted to another. */
function asAgent({ chain = [] }: Identity, ...ids: readonly string[]): Pick<Identity, "chain"> {
  return { chain: [...chain, ...ids.map((id) => ({ id }))] };
}

function tenantOf({ tenant }: Identity): Pick<Identity, "tenant"> {
  return tenant === undefined ? {} : { tenant };
}

function subjectOf({ type, id, properties }: Entity, { id: callerId, subjectIssuer }: Caller): Identity {
  // the ids of agents are the caller's own
  if (type === "agent") return asAgent({}, callerId, id);
  // fail closed: what kind of subject this is, nobody has said
  if (type !== "user") throw new Error("the subject is neither a user nor an agent");
  const said = (name: string) => {
    const value = isRecord(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
    return value === undefined ? {} : { [name]: value as readonly string[] };
  };
  return {
    user: {
      id,
      ...(subjectIssuer === undefined ? {} : { issuer: subjectIssuer }),
      ...said("groups"),
      ...said("data_classifications_authorized"),
    },
  };
}
