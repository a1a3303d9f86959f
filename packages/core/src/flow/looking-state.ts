import type { HeldCharges } from "../evaluation/charge-limits.ts";
import type { Charge, Counter, StateStore } from "../ports/state-store.ts";

/**
 * A store of limits that tells what another one has counted, without what one call holds of it, and takes nothing: what
 * it grants would have been granted.
 */
export function createLookingState(
  state: Pick<StateStore, "usage">,
  held: HeldCharges | undefined,
): StateStore {
  const heldOf = ({ counter, windowMs }: Counter): number =>
    (held?.charges ?? [])
      .filter(({ charge }) => charge.counter === counter && charge.windowMs === windowMs)
      .reduce((sum, { charge }) => sum + charge.cost, 0);

  const look = <TResult>(counters: readonly Counter[], see: (used: readonly number[]) => TResult) => {
    const without = (used: readonly number[]) =>
      see(counters.map((one, index) => Math.max(0, Number(used[index]) - heldOf(one))));
    const used = state.usage(counters);
    // one that answers at once is seen before anything else happens
    return "then" in used ? used.then(without) : without(used);
  };

  const weigh = (charges: readonly Charge[], used: readonly number[]) => {
    const after = charges.map(({ cost }, index) => Number(used[index]) + cost);
    const refused = charges.flatMap(({ limit, soft }, index) =>
      soft !== true && !(Number(after[index]) <= limit) ? [index] : [],
    );
    return { granted: refused.length === 0, used: refused.length === 0 ? after : used, refused };
  };

  return {
    usage: (counters) => look(counters, (used) => used),
    reserve: (_id, charges) => look(charges, (used) => weigh(charges, used)),
    commit: () => false,
    release: () => false,
    openReservations: () => [],
  };
}
