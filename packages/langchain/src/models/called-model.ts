import type { LangChainRuntime } from "../langchain-host.ts";

/** What LangChain's models tell of themselves. */
interface ModelParams {
  readonly model?: unknown;
  readonly modelName?: unknown;
  readonly maxTokens?: unknown;
}

/** Models that stand for others; what tells so is not public in LangChain. */
interface StandingModel extends ModelParams {
  /** Of a binding: the model that it calls. */
  readonly bound?: object;
  /** Of a binding: what it calls it with, where the run says nothing else. */
  readonly config?: LangChainRuntime;
  /** Of a model that is made by its name: what it is made of, where the run says nothing else. */
  readonly _defaultConfig?: ModelParams;
  /** Of a model that is made by its name: what a run says of it. */
  _modelParams?(config: LangChainRuntime): ModelParams;
}

/** A model that a run is about to call. */
export interface CalledModel {
  /** `unknown` where the model does not tell it. */
  readonly name: string;
  /** The most tokens that it answers with, where it tells them. */
  readonly maxTokens: unknown;
}

/** The model that a run really calls: behind bindings, and of those that are made by their name, the one it names. */
export function calledModel(model: object, { configurable }: LangChainRuntime): CalledModel {
  const given: StandingModel = model;
  if (given.bound !== undefined)
    return calledModel(given.bound, { configurable: { ...given.config?.configurable, ...configurable } });
  const said = given._modelParams?.({ configurable: configurable ?? {} });
  const params: ModelParams = said === undefined ? given : { ...given._defaultConfig, ...said };
  const name = [params.model, params.modelName].find((one) => typeof one === "string" && one !== "");
  return { name: typeof name === "string" ? name : "unknown", maxTokens: params.maxTokens };
}
