export { default } from "@forego/policies/resource/agent_scope.policy.ts";
