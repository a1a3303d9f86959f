import type { Input } from "../contract/contract.ts";
import type { Json } from "../json/json-snapshot.ts";

/** What a provider may use to fetch a fact. The arguments are the model's: check them before they reach a query. */
export interface FactRequest {
  readonly args: Json;
  readonly tool: string;
  readonly tenant: Input["tenant"];
  readonly user: Input["user"];
  readonly agent: Input["agent"];
  readonly conversationId: string | undefined;
}

/**
 * Fetches one attribute for one call. `undefined` says that there is none. A throw or a rejection says that nobody knows:
 * rules that read it are invalid, also where its schema says that it may be absent. A late answer denies the call.
 */
export type FactProvider = (request: FactRequest) => unknown;
