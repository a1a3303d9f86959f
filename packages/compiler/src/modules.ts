export { forkConfined } from "./schema/fork-confined.ts";
export type { PolicyModules } from "./schema/policy-modules.ts";
export { servePolicyModules } from "./schema/policy-modules.ts";
