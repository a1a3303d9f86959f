/** Counts the linear memory of WASM: engines do not tell, and no figure of the process has it alone. */
export interface MemoryWatch {
  /** Bytes of all memories that have not been collected. */
  liveBytes(): number;
  /** How many have been made. */
  made(): number;
}

/** Watches the constructor of memories from here on. */
export function watchMemories(): MemoryWatch {
  const { Memory } = WebAssembly;
  let live: WeakRef<WebAssembly.Memory>[] = [];
  let made = 0;
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      live.push(new WeakRef(this));
      made += 1;
    }
  };
  return {
    made: () => made,
    liveBytes() {
      live = live.filter((memory) => memory.deref() !== undefined);
      return live.reduce((sum, memory) => sum + (memory.deref()?.buffer.byteLength ?? 0), 0);
    },
  };
}
