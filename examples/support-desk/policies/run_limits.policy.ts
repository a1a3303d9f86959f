export { default } from "@forego/policies/workflow/run_limits.policy.ts";
