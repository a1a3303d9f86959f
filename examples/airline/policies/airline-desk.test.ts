import { describe, expect, it } from "vitest";
import airlineDesk from "./airline-desk.policy.ts";
import { someCall } from "./some-call.ts";

const { tools_of_the_desk } = airlineDesk.rules;

describe("airline desk", () => {
  it("allows the desk what its tools touch, and tools that touch nothing", () => {
    expect(tools_of_the_desk.when(someCall)).toBe(true);
    const action = { ...someCall.action, tool: "think", data_classes_referenced: [] };
    expect(tools_of_the_desk.when({ ...someCall, action })).toBe(true);
  });

  it("does not allow a tool that nobody has classified", () => {
    const action = { ...someCall.action, data_classes_referenced: ["forego:unclassified"] };
    expect(tools_of_the_desk.when({ ...someCall, action })).toBe(false);
  });

  it("does not allow another agent the tools of the desk", () => {
    const agent = { ...someCall.agent, scope: "marketing" };
    expect(tools_of_the_desk.when({ ...someCall, agent })).toBe(false);
  });
});
