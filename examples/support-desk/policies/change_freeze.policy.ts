export { default } from "@forego/policies/override/change_freeze.policy.ts";
