import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { applyWrite } from "./apply-write.ts";
import { copyDatabase, type Database, type DatabaseCopy } from "./database.ts";
import { ownRecording } from "./find-source.ts";
import { loadDatabase } from "./load-database.ts";
import type { RecordedCall } from "./recorded-call.ts";

let database: Database;
let copy: DatabaseCopy;

beforeAll(async () => {
  database = await loadDatabase(ownRecording.folder);
});

beforeEach(() => {
  copy = copyDatabase(database);
});

const call = (tool: string, args: RecordedCall["args"], result?: string): RecordedCall => ({
  tool,
  args,
  turnCount: 1,
  toolCallCount: 0,
  userSaidYes: true,
  ...(result === undefined ? {} : { result }),
});

describe("applyWrite", () => {
  it("cancels, and leaves the original as it was", () => {
    applyWrite(copy, call("cancel_reservation", { reservation_id: "ADA1" }, "done"));
    expect(copy.reservations.get("ADA1")?.status).toBe("cancelled");
    expect(database.reservations.get("ADA1")?.status).toBeUndefined();
  });

  it("changes nothing when the tool refused, or the call only reads", () => {
    applyWrite(copy, call("cancel_reservation", { reservation_id: "ADA1" }, "Error: no"));
    applyWrite(copy, call("get_reservation_details", { reservation_id: "ADA1" }, "{}"));
    applyWrite(copy, call("send_certificate", { user_id: "ada_berg", amount: 100 }, "done"));
    expect([...copy.reservations]).toEqual([...database.reservations]);
  });

  it("replaces flights and cabin, and knows where the flights go", () => {
    const flights = [{ flight_number: "FG103", date: "2024-05-20" }];
    applyWrite(
      copy,
      call("update_reservation_flights", { reservation_id: "ADA2", cabin: "economy", flights }),
    );
    const changed = copy.reservations.get("ADA2");
    expect(changed?.cabin).toBe("economy");
    expect(changed?.flights).toEqual([{ ...flights[0], origin: "AMS", destination: "BGO" }]);
  });

  it("sets bags and passengers", () => {
    const bags = { reservation_id: "ADA1", total_baggages: 4, nonfree_baggages: 1 };
    applyWrite(copy, call("update_reservation_baggages", bags));
    const passengers = [{ first_name: "Jon", last_name: "Lund", dob: "1990-01-12" }];
    applyWrite(copy, call("update_reservation_passengers", { reservation_id: "ADA1", passengers }));
    expect(copy.reservations.get("ADA1")).toMatchObject({
      total_baggages: 4,
      nonfree_baggages: 1,
      passengers,
    });
  });

  it("adds a booking under the id that the tool gave it, booked now", () => {
    const { reservation_id: _id, created_at: _at, ...booking } = database.reservations.get("ADA1") ?? {};
    applyWrite(copy, call("book_reservation", booking, '{"reservation_id":"NEW1"}'));
    expect(copy.reservations.get("NEW1")).toMatchObject({
      cabin: "economy",
      created_at: "2024-05-15T15:00:00",
    });
  });
});
