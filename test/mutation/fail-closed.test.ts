import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readWorkspaces, root, sourceFiles } from "../support/repository.ts";
import { breakPlace, marker } from "./break-place.ts";
import { failClosed } from "./fail-closed.ts";

const read = (file: string) => readFileSync(join(root, file), "utf8");

/** Every place of the packages, as `file: comment`. */
function findPlaces(): readonly string[] {
  const packages = readWorkspaces().filter(({ folder }) => folder.startsWith("packages/"));
  return packages
    .flatMap(({ folder }) => sourceFiles(`${folder}/src`))
    .flatMap((file) =>
      read(file)
        .split("\n")
        .filter((line) => line.includes("fail closed"))
        .map((line) => `${file}: ${line.trim().replace(marker, "")}`),
    );
}

describe("places where a doubt becomes a deny", () => {
  test("are all in the table, with the test that fails when they are broken", () => {
    const listed = failClosed.map(({ file, comment }) => `${file}: ${comment}`);
    expect([...listed].sort()).toEqual([...findPlaces()].sort());
    expect(new Set(listed).size).toBe(listed.length);
  });

  test.each(failClosed)("$file: $comment", (place) => {
    const source = read(place.file);
    expect(breakPlace(source, place)).not.toBe(source);
    const [file, title] = place.test;
    // a title may be put together from a table, so that only its words are looked for
    const [word = ""] = title.split(/[^a-zA-Z]+/).sort((left, right) => right.length - left.length);
    expect(word.length).toBeGreaterThan(3);
    expect(read(file)).toContain(word);
  });
});
