import type { Person } from "@forego/core";

/** Whom a grant is for, as one text: a person, or everybody. */
export function personText(person: Person | undefined): string {
  return person === undefined ? "everybody" : JSON.stringify([person.issuer ?? null, person.id]);
}
