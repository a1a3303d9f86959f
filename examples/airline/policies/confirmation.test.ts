import { describe, expect, it } from "vitest";
import confirmation from "./confirmation.policy.ts";
import { someCall } from "./some-call.ts";

const { explicit_yes } = confirmation.rules;
const asks = (tool: string) => explicit_yes.when({ ...someCall, action: { ...someCall.action, tool } });

describe("confirmation", () => {
  it("asks the user before the booking database changes", () => {
    expect(explicit_yes.from).toBe("user");
    expect(asks("book_reservation")).toBe(true);
    expect(asks("cancel_reservation")).toBe(true);
    expect(asks("update_reservation_passengers")).toBe(true);
  });

  it("asks nobody before a look-up or a certificate", () => {
    expect(asks("get_reservation_details")).toBe(false);
    expect(asks("send_certificate")).toBe(false);
  });
});
