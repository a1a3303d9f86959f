/** The part of a `pg` pool, or client, that the stores use. */
export interface PostgresPool {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
}

/** Asks for the value of one expression. */
export type Ask = (expression: string, values: unknown[]) => Promise<unknown>;

/** Asks a database; `undefined` where there is no row. */
export function createAsk(pool: PostgresPool): Ask {
  return async (expression, values) => {
    const { rows } = await pool.query(`select ${expression}`, values);
    return Object.values((rows[0] as object | undefined) ?? {})[0];
  };
}
