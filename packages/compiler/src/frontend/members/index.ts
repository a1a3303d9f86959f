import type { Expression } from "@forego/ir";
import type { CallExpression, Node } from "ts-morph";
import { callPatternTest } from "../call-pattern-test.ts";
import type { VisitContext } from "../visit-context.ts";
import { callEvery, callFilter, callIncludes, callMap, callSome, readArrayLength } from "./array.ts";
import { callAbs, callExtreme, callRounding } from "./math.ts";
import { callEntries, callHasOwn, callKeys, callValues } from "./object.ts";
import { callReduce } from "./reduce.ts";
import { callAt, callFind, callFindIndex, callFlatMap, callSlice } from "./sequence.ts";
import { callSplit, callStringTest, callTextChange, readStringLength } from "./string.ts";

/** Reads a property of the standard library; the object has been visited. */
type PropertyReader = (node: Node, object: Expression, context: VisitContext) => Expression;

/** Reads a call of a method of the standard library; the object has been visited. */
type MethodReader = (call: CallExpression, object: Expression, context: VisitContext) => Expression;

/** Reads a call of a function of the standard library. */
type StaticReader = (call: CallExpression, context: VisitContext) => Expression;

/** Properties of the standard library that the policy language has. */
export const memberProperties: ReadonlyMap<string, PropertyReader> = new Map<string, PropertyReader>([
  ["Array.length", readArrayLength],
  ["String.length", readStringLength],
]);

/** Methods of the standard library that the policy language has. */
export const memberMethods: ReadonlyMap<string, MethodReader> = new Map<string, MethodReader>([
  ["Array.every", callEvery],
  ["Array.at", callAt],
  ["Array.filter", callFilter],
  ["Array.find", callFind],
  ["Array.findIndex", callFindIndex],
  ["Array.flatMap", callFlatMap],
  ["Array.includes", callIncludes],
  ["Array.map", callMap],
  ["Array.reduce", callReduce],
  ["Array.slice", callSlice],
  ["Array.some", callSome],
  ["Set.has", callIncludes],
  ["String.endsWith", callStringTest("endsWith")],
  ["String.includes", callStringTest("includes")],
  ["String.split", callSplit],
  ["String.startsWith", callStringTest("startsWith")],
  ["String.toLowerCase", callTextChange("toLowerCase")],
  ["String.trim", callTextChange("trim")],
]);

/** Functions of the standard library that the policy language has. */
export const memberFunctions: ReadonlyMap<string, StaticReader> = new Map<string, StaticReader>([
  ["Math.abs", callAbs],
  ["Math.ceil", callRounding("ceil")],
  ["Math.floor", callRounding("floor")],
  ["Math.max", callExtreme("max")],
  ["Math.min", callExtreme("min")],
  ["Math.round", callRounding("round")],
  ["Math.trunc", callRounding("trunc")],
  ["ObjectConstructor.entries", callEntries],
  ["ObjectConstructor.hasOwn", callHasOwn],
  ["ObjectConstructor.keys", callKeys],
  ["ObjectConstructor.values", callValues],
  ["RegExp.test", callPatternTest],
]);
