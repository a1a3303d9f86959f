import { describe, expect, test } from "vitest";
import { versionWarning } from "./version-warning.ts";

describe("versionWarning", () => {
  test.each(["0.70.0", "1.3.9", "1.3.9-dev", "v1.0.0"])("speaks of %s", (version) => {
    expect(versionWarning(version)).toContain(version.replace(/^v|-.*$/g, ""));
  });

  test.each(["1.4.0", "1.4.1", "1.10.0", "2.0.0", "v1.19.1", "1.4.0-static"])(
    "is silent about %s",
    (version) => {
      expect(versionWarning(version)).toBeUndefined();
    },
  );

  test.each([undefined, "", "edge", "1.4"])("asks for a version that can be read, of %s", (version) => {
    expect(versionWarning(version)).toContain("does not tell its version");
  });
});
