/** Something that went wrong beside a decision. For the operator: `cause` may hold addresses, and what was sent. */
export interface GatewayTrouble {
  readonly server: string;
  /** What happened, in fixed words. */
  readonly problem: string;
  readonly cause?: unknown;
}
