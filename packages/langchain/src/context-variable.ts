// gives LangChain the storage of the platform
import "@langchain/core/context";
import {
  type AsyncLocalStorageInterface,
  AsyncLocalStorageProviderSingleton,
} from "@langchain/core/singletons";

/**
 * A storage of the kind that LangChain uses, so that nothing of Node's is named here. LangChain's own variables would
 * do; each that is set copies the run's tracing, which costs more than the tool call around it.
 */
const Storage = AsyncLocalStorageProviderSingleton.getInstance()
  .constructor as new () => AsyncLocalStorageInterface;
const storage = new Storage();

/** Runs something with a variable that everything inside sees, and nothing beside it. */
export function runWithVariable<TResult>(
  name: string,
  value: unknown,
  run: () => Promise<TResult>,
): Promise<TResult> {
  return storage.run({ ...storage.getStore(), [name]: value }, run);
}

/** A variable, as whoever runs this set it. */
export function readVariable<TValue>(name: string): TValue | undefined {
  return storage.getStore()?.[name] as TValue | undefined;
}
