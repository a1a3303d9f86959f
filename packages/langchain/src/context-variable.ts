import { getContextVariable, setContextVariable } from "@langchain/core/context";
import { AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";

/** Runs something with a context variable of LangChain's, which everything inside sees, and nothing beside it. */
export function runWithVariable<TResult>(
  name: string,
  value: unknown,
  run: () => Promise<TResult>,
): Promise<TResult> {
  const storage = AsyncLocalStorageProviderSingleton.getInstance();
  return storage.run(storage.getStore(), () => {
    setContextVariable(name, value);
    return run();
  });
}

/** A context variable, as whoever runs this set it. */
export function readVariable<TValue>(name: string): TValue | undefined {
  return getContextVariable<TValue>(name);
}
