import fc from "fast-check";
import { expect, test } from "vitest";
import { compareVersions } from "./compare-versions.ts";

// the example of Semantic Versioning 2.0.0, section 11, and what is larger than JavaScript's numbers sort as texts
const ascending = [
  ...["0.0.9", "0.9.10", "0.10.0", "1.0.0-0", "1.0.0-9", "1.0.0-10", "1.0.0-alpha", "1.0.0-alpha.1"],
  ...[
    "1.0.0-alpha.beta",
    "1.0.0-beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0",
    "1.0.1",
    "2.0.0",
  ],
];

test("versions are ordered as the standard's example", () => {
  expect([...ascending].reverse().sort(compareVersions)).toEqual(ascending);
});

test("an order of two versions is the other way round from the other side", () => {
  const part = fc.constantFrom("0", "1", "10", "2", "alpha", "rc");
  const release = fc.array(fc.nat(12), { minLength: 3, maxLength: 3 }).map((parts) => parts.join("."));
  const version = fc
    .tuple(release, fc.array(part, { maxLength: 3 }))
    .map(([core, pre]) => (pre.length === 0 ? core : `${core}-${pre.join(".")}`));
  fc.assert(
    fc.property(version, version, (one, other) => {
      expect(Math.sign(compareVersions(one, other))).toBe(-Math.sign(compareVersions(other, one)) + 0);
      expect(compareVersions(one, other) === 0).toBe(one === other);
    }),
  );
});
