import { type FSWatcher, watch } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

/** What is watched, and what is done when it changes. */
export interface WatchOptions {
  /** The folders to watch, as they are now; asked before and after each change is dealt with. */
  folders(): readonly string[];
  /** Called once at the beginning and after each change; never twice at a time. */
  onChange(): Promise<void>;
}

/** A watch that goes on. */
export interface Watch {
  /** Rejects when `onChange` does. Never resolves. */
  readonly failed: Promise<never>;
  /** Ends the watch, when what is being done is done. */
  close(): Promise<void>;
}

/** Milliseconds to wait for more changes: an editor that saves makes several. */
const settleMs = 20;

/** Watches folders, not what is below them: a folder that appears in one is the caller's to name. */
export function watchFolders({ folders, onChange }: WatchOptions): Watch {
  const watchers = new Map<string, FSWatcher>();
  let isDirty = true;
  let isClosed = false;
  let running: Promise<void> | undefined;
  let fail: (error: unknown) => void;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });

  /** Watches the folders that there are now; tells whether it began with one. */
  const follow = (): boolean => {
    const wanted = new Set(folders());
    for (const [folder, watcher] of watchers) {
      if (wanted.has(folder)) continue;
      watcher.close();
      watchers.delete(folder);
    }
    const fresh = [...wanted].filter((folder) => !watchers.has(folder));
    for (const folder of fresh) watchFolder(folder);
    return fresh.some((folder) => watchers.has(folder));
  };

  const watchFolder = (folder: string): void => {
    try {
      const watcher = watch(folder, changed);
      watcher.on("error", () => watchers.delete(folder));
      watchers.set(folder, watcher);
    } catch (error) {
      // a folder that has just gone is told by the one above it
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  };

  const deal = async (): Promise<void> => {
    while (isDirty && !isClosed) {
      isDirty = false;
      follow();
      await onChange();
      // what changed in a new folder before it was watched was not told
      if (follow()) isDirty = true;
      await wait(settleMs);
    }
  };

  function changed(): void {
    isDirty = true;
    running ??= wait(settleMs)
      .then(deal)
      .catch((error) => fail(error))
      .finally(() => {
        running = undefined;
      });
  }

  changed();
  return {
    failed,
    async close() {
      isClosed = true;
      for (const watcher of watchers.values()) watcher.close();
      await running;
      for (const watcher of watchers.values()) watcher.close();
    },
  };
}
