import { readRelease } from "@forego/bundles";
import type { Input } from "@forego/core";
import { createEngine } from "forego";

/** Bytes that one more loaded release costs the process. */
export interface ReleaseMemory {
  readonly residentBytes: number;
  readonly heapBytes: number;
  /** The instance's linear memory: addressed whole, resident only where it was touched. */
  readonly linearBytes: number;
  /** The module as the release file holds it. */
  readonly moduleBytes: number;
}

/**
 * Loads a release several times, has each engine decide, and divides what the process grew by.
 *
 * @throws Error when Node runs without `--expose-gc`: garbage would be counted.
 */
export async function measureMemory(folder: string, input: Input, releases: number): Promise<ReleaseMemory> {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error("memory is measured with `node --expose-gc`");
  const release = await readRelease(folder);
  const load = () => {
    const engine = createEngine(release);
    return { engine, output: engine.evaluate({ ...input }) };
  };
  // what is loaded once for all releases is not a release's
  const linearBytes = largestMemory(load);
  gc();
  const before = process.memoryUsage();
  const kept = Array.from({ length: releases }, load);
  gc();
  const after = process.memoryUsage();
  if (kept.some(({ output }) => output === undefined)) throw new Error("a release decided nothing");
  return {
    residentBytes: (after.rss - before.rss) / releases,
    heapBytes: (after.heapUsed - before.heapUsed) / releases,
    linearBytes,
    moduleBytes: release.module.byteLength,
  };
}

/** Bytes of the largest WASM memory that some work makes. Engines do not tell, so the constructor is watched. */
function largestMemory(work: () => unknown): number {
  const { Memory } = WebAssembly;
  const made: WebAssembly.Memory[] = [];
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      made.push(this);
    }
  };
  try {
    work();
  } finally {
    WebAssembly.Memory = Memory;
  }
  return Math.max(0, ...made.map(({ buffer }) => buffer.byteLength));
}
