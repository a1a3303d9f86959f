import type { Grant } from "@forego/core";

/** What a grant is kept under, as one text: each tenant has ids of its own. */
export function grantText({ tenant, id }: Pick<Grant, "tenant" | "id">): string {
  return JSON.stringify([tenant, id]);
}
