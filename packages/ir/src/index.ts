export type { CheckInput, InputCheck } from "./check-input.ts";
export { createInputCheck, pathName } from "./check-input.ts";
export { childrenOf, expressionsOf } from "./children.ts";
export type { Clause } from "./clauses.ts";
export { clausesOf } from "./clauses.ts";
export { conforms } from "./conforms.ts";
export type { Observe, RegoAnswers, Scope } from "./evaluate/evaluate-expression.ts";
export { evaluateExpression } from "./evaluate/evaluate-expression.ts";
export type { ReleaseOutput } from "./evaluate/evaluate-release.ts";
export { evaluateRelease } from "./evaluate/evaluate-release.ts";
export type { Obligation, Resolution, RuleFindings, RuleValues } from "./evaluate/resolve.ts";
export { resolve } from "./evaluate/resolve.ts";
export type { LimitFinding } from "./explain/decide-edited.ts";
export type { Edit } from "./explain/edit.ts";
export { applyEdits } from "./explain/edit.ts";
export type { ExplainOptions } from "./explain/explain-decision.ts";
export { explainDecision } from "./explain/explain-decision.ts";
export type {
  ClauseWords,
  ExplainedClause,
  ExplainedEdit,
  ExplainedLimit,
  ExplainedRule,
  Explanation,
  RulePlace,
  SeenValue,
  UncheckedRule,
} from "./explain/explanation.ts";
export { offsetSeconds } from "./intrinsics/calendar.ts";
export { cidrContains } from "./intrinsics/cidr-contains.ts";
export type { IntrinsicName } from "./intrinsics/index.ts";
export { normalPath } from "./intrinsics/paths.ts";
export type { GuardedPath, IrDerivation, IrEffect, IrPolicy, IrRelease, IrRule } from "./ir-release.ts";
export { programsOf } from "./ir-release.ts";
export type {
  ArrayNode,
  ArrayPart,
  AtNode,
  FindIndexNode,
  FlatMapNode,
  ListExpression,
  RecordListNode,
  SliceNode,
  SumNode,
  TableNode,
  UntilNode,
} from "./list-nodes.ts";
export type {
  ArithmeticNode,
  ArithmeticOperator,
  CallNode,
  ChainNode,
  CoalesceNode,
  CompareNode,
  ComparisonOperator,
  ConditionalNode,
  EntryNode,
  Expression,
  FilterNode,
  HasKeyNode,
  IncludesNode,
  IntrinsicNode,
  IrFunction,
  LengthNode,
  LetNode,
  ListNode,
  LiteralNode,
  Local,
  LocalNode,
  LogicalNode,
  MapNode,
  MathFunction,
  MathNode,
  NotNode,
  NullishNode,
  Origin,
  PropertyNode,
  QuantifierNode,
  ReadNode,
  RegoNode,
  UndefinedNode,
  ValueType,
} from "./nodes.ts";
export { re2PatternsOf } from "./re2-patterns-of.ts";
export type { DerivedValues } from "./read-derived.ts";
export { regoOf, regoRules } from "./rego-rules.ts";
export type {
  ArrayShape,
  BooleanShape,
  NumberShape,
  ObjectShape,
  Property,
  RecordShape,
  Shape,
  StringShape,
  TextFormat,
  TextPattern,
} from "./shape.ts";
export { defaultMaxEntries, membersOf } from "./shape.ts";
export { textFormats } from "./text-formats.ts";
export type {
  ConcatNode,
  MadeOfNode,
  PatternTestNode,
  SplitNode,
  TextChange,
  TextChangeNode,
  TextTest,
  TextTestNode,
} from "./text-nodes.ts";
export { isUtcTime, utcTimeKey } from "./utc-time.ts";
