import type { Guard } from "@forego/core";
import type { OfficeTools } from "./office-tools.ts";

/** One call of a model, as it wrote it. */
export interface ModelCall {
  readonly id: string;
  readonly tool: string;
  readonly args: unknown;
}

/** What became of a call: what the model reads of it, or that it waits for a person. */
export interface Answer {
  readonly state: "done" | "error" | "waiting";
  readonly text: string;
}

/** What a person says who is asked; left out, nobody answers. */
export type Person = "approve" | "reject" | undefined;

/** What a door is opened with. */
export interface DoorOptions {
  // each door's host has a form of its own; `identifyCaller` takes them all
  readonly guard: Guard<never>;
  readonly tools: OfficeTools;
  /** Who is behind the conversation, as the application has verified it. */
  readonly session: string;
  /** What a client claims wherever its host lets it claim anything. */
  readonly claim?: Readonly<Record<string, unknown>>;
  /** Ids of the requests that people were asked so far, as the application hears of them. */
  readonly asked: readonly string[];
}

/** A conversation of a scripted model through one host, with real parts everywhere else. */
export interface OpenDoor {
  /** An answer of the model that makes these calls at once; what becomes of each, in their order. */
  turn(calls: readonly ModelCall[], person?: Person, signal?: AbortSignal): Promise<readonly Answer[]>;
  /** Lets the latest answer of a person come in again, as it was. */
  replay(): Promise<void>;
  /** Lets a client claim an approval of a call that nobody was asked about. */
  forge(call: ModelCall): Promise<void>;
  /** Names of the tools that the model is shown. */
  shown(): Promise<readonly string[]>;
  /** A model that makes one call for ever: how often it was asked, and what the run ends with. */
  insist(call: ModelCall): Promise<{ readonly turns: number; readonly lastWords: string }>;
  close(): Promise<void>;
}

/** What a door may never be handed: what tools returned, or arguments that it could change. */
export type Handed = "results" | "arguments";

/** A host that Forego stands before, in one of the ways that an application uses it. */
export interface Door {
  readonly name: string;
  /** The folder below `packages` whose README says what it does not protect against. */
  readonly adapter: string;
  /** What its host by its nature never hands over, each with the reason why. */
  readonly lacks?: Readonly<Partial<Record<Handed, string>>>;
  open(options: DoorOptions): Promise<OpenDoor>;
}
