import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { findSource, ownRecording } from "./find-source.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));

describe("findSource", () => {
  it("takes the folder that is named", () => {
    expect(findSource({ data: folder })).toEqual({ kind: "real", folder });
  });

  it("takes our own recording when it is asked for, whatever else is there", () => {
    expect(findSource({ recording: true, data: folder })).toBe(ownRecording);
  });

  it("does not fall back when the folder that is named is missing", () => {
    expect(() => findSource({ data: `${folder}missing` })).toThrow("There is no folder");
  });
});
