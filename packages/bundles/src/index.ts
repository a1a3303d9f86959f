export type { ArchiveFiles } from "./archive.ts";
export { packArchive, unpackArchive } from "./archive.ts";
export { originOf } from "./origin-of.ts";
export type { Release } from "./read-release.ts";
export { parseRelease, readRelease } from "./read-release.ts";
export type { SourcePlace } from "./release-file.ts";
export type { BundleContent, ReleaseContent, WrittenRelease } from "./write-release.ts";
export { writeRelease } from "./write-release.ts";
