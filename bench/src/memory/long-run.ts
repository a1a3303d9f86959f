/** What a process holds after some decisions, when its garbage has been collected. Bytes. */
export interface MemorySample {
  readonly decisions: number;
  readonly heap: number;
  /** Outside of the heap, buffers included. */
  readonly external: number;
  /** Linear memory of WASM. */
  readonly linear: number;
  readonly resident: number;
}

/** One long run. */
export interface LongRun {
  /** The folder of the release that decides. */
  readonly folder: string;
  readonly decisions: number;
  readonly samples: number;
  /** Each so many decisions, the engine throws; 0 for never. */
  readonly throwEach: number;
}

/** What a long run showed. */
export interface LongRunReport {
  readonly curve: readonly MemorySample[];
  /** Decisions that the engine threw in. */
  readonly thrown: number;
  /** Instances of the engine, the first one included. */
  readonly instances: number;
}
