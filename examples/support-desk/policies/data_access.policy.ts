export { default } from "@forego/policies/compliance/data_access.policy.ts";
