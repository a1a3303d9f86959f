import {
  type AnswerOutcome,
  type ApprovalRequest,
  type ApprovalState,
  type ApprovalStore,
  grantsNeeded,
} from "@forego/core";
import { digestKey } from "../digest-key.ts";
import { createAsk, type PostgresPool } from "./ask-database.ts";

/** Approvals in a Postgres database. Each method is one statement. */
export function createPostgresApprovals(pool: PostgresPool, schema: string): ApprovalStore {
  const ask = createAsk(pool);
  const live = `from ${schema}.approvals where expires_at > ${schema}.now_ms()`;

  const keep = async (request: ApprovalRequest, state: ApprovalState): Promise<ApprovalRequest> => {
    const found = await ask(`${schema}.keep_approval($1, $2, $3, $4, $5, $6)`, [
      digestKey(request.binding),
      digestKey(request.id),
      JSON.stringify(request),
      grantsNeeded(request),
      Math.floor(request.expiresAt),
      state,
    ]);
    return JSON.parse(String(found)) as ApprovalRequest;
  };

  return {
    open: (request) => keep(request, "pending"),
    get: async (id) => requestOf(await ask(`request ${live} and id = $1`, [digestKey(id)])),
    async state(binding) {
      return (await ask(`state ${live} and binding = $1`, [digestKey(binding)])) as ApprovalState | undefined;
    },
    async answer(id, granted, by) {
      const outcome = await ask(`${schema}.answer_request($1, $2, $3)`, [
        digestKey(id),
        granted,
        digestKey(by),
      ]);
      return outcome as AnswerOutcome;
    },
    async take(binding, answer) {
      return requestOf(await ask(`${schema}.take_answer($1, $2)`, [digestKey(binding), answer]));
    },
    async giveBack(request) {
      await keep(request, "granted");
    },
  };
}

function requestOf(found: unknown): ApprovalRequest | undefined {
  return typeof found === "string" ? (JSON.parse(found) as ApprovalRequest) : undefined;
}
