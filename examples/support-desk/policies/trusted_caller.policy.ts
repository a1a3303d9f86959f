export { default } from "@forego/policies/identity/trusted_caller.policy.ts";
