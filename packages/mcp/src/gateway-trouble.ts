/** Something that went wrong beside a decision. For the operator: `cause` may name addresses. */
export interface GatewayTrouble {
  readonly server: string;
  /** What happened, in fixed words. */
  readonly problem: string;
  readonly cause?: unknown;
}
