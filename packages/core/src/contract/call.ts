import type { Phase } from "./contract.ts";

/**
 * One call as an adapter hands it over. The adapter copies nothing from the host into it but what is named here:
 * who calls is up to `identify`, which is handed `host` as it is.
 */
export interface Call<THost = unknown> {
  /** The host's own context of this call. Goes to `identify` and nowhere else. */
  readonly host: THost;
  /** Defaults to `tool_call`. */
  readonly phase?: Exclude<Phase, "tool_result">;
  /** The model's id for the call. Calls without one share nothing: each is decided anew. */
  readonly callId?: string;
  /**
   * The run of the call that a hook is about to begin, or is part of: any object, the same for all hooks of one run. The
   * same call, handed over while another run of it goes on, is a call of its own: decided, recorded and charged for
   * itself. Hooks that name none share the decision, whatever runs.
   */
  readonly run?: object;
  /**
   * Which one it is of equal calls that one answer of the model makes, from 0, which is the default: each of them needs
   * an approval of its own.
   */
  readonly ordinal?: number;
  /** The conversation, below the tenant. */
  readonly conversationId?: string;
  readonly tool: string;
  /** As the model wrote them. Hostile. */
  readonly args: unknown;
  /** The MCP server that offers the tool. */
  readonly server?: string;
  /** The model that is called, in `model_call`. */
  readonly model?: string;
  /** What the adapter can do with a call that may only be made in a changed form. Defaults to nothing: such calls are denied. */
  readonly fulfils?: readonly ("redact" | "transform")[];
  /** What the host knows of the conversation; what it does not know is left out. */
  readonly session?: SessionView;
}

/** What a host knows of a conversation at the moment of a call. */
export interface SessionView {
  /** Answers of the model so far, the one that made this call included. */
  readonly turnCount?: number;
  /** Tool calls that were answered before this one. */
  readonly toolCallCount?: number;
  /** Input and output tokens of the conversation so far. */
  readonly cumulativeTokens?: number;
  readonly ageSeconds?: number;
  readonly dataClassesSeen?: readonly string[];
}
