import { gateway, type LanguageModel, type wrapLanguageModel } from "ai";

/** A language model that can be wrapped: an instance, not a gateway's model id. */
export type WrappableModel = Parameters<typeof wrapLanguageModel>[0]["model"];

/** The model itself, or the one that an id names, as the SDK finds it: of its default provider, else of its gateway. */
export function findModel(model: LanguageModel): WrappableModel {
  if (typeof model !== "string") return model;
  return (globalThis.AI_SDK_DEFAULT_PROVIDER ?? gateway).languageModel(model);
}

type Middleware = Exclude<Parameters<typeof wrapLanguageModel>[0]["middleware"], readonly unknown[]>;

/** A call of a model as middleware of the SDK sees it. */
export type LanguageModelCall = Parameters<NonNullable<Middleware["transformParams"]>>[0]["params"];

/** What a model answers, whole. */
export type ModelAnswer = Awaited<ReturnType<NonNullable<Middleware["wrapGenerate"]>>>;

/** What a model answers, part by part. */
export type ModelStream = Awaited<ReturnType<NonNullable<Middleware["wrapStream"]>>>;

/** One part of a model's answer. */
export type ModelStreamPart = ModelStream["stream"] extends ReadableStream<infer TPart> ? TPart : never;
