/**
 * What the application knows of a run, handed to the guard's `identify` as it is. Nothing of it is believed by itself.
 *
 * @typeParam TContext the form of what the application gives as `context`.
 */
export interface AiSdkHost<TContext = unknown> {
  readonly adapter: "ai-sdk";
  /** What the application gave as `context`: its session, its verified token. Neither the SDK nor a client writes it. */
  readonly context: TContext;
}
