import { expect, test } from "vitest";
import { toCall } from "./to-call.ts";

const place = {
  host: { adapter: "mcp", transport: "stdio", server: "files", context: undefined },
  callId: "1",
  conversationId: "talk",
} as const;

const problemOf = (uri: string) =>
  toCall({ jsonrpc: "2.0", id: 1, method: "resources/read", params: { uri } }, place).problem;

test.each([
  "test://static-text",
  "https://example.com",
  "https://example.com/a?b=..%2Fc#d",
  "file:///srv/public/a b.txt",
  "file:///srv/public/a%20b.txt",
  "file:///srv/public/m\u00fcnchen.txt",
  "file:///srv/public/...",
  "notes://two words/a",
  "no url at all",
  "urn:isbn:1",
  "file:///srv/50%25/a%3Fb",
  "https://example.com/a/?next=%2F%2Fb&t=%7Ec",
  "view:https://example.com//a",
  "pkg:npm/%40scope/name@1.0.0",
  "mailto:ana@example.com",
  "notes://board/1/",
  "notes://board/%E2%82%AC",
])("a resource is decided by its URI, where every server reads the same: %s", (uri) => {
  expect(problemOf(uri)).toBeUndefined();
});

test.each([
  "file:///srv/public/../private/x",
  "file:///srv/public/./x",
  "file:///srv/public/%2e%2e/private/x",
  "file:///srv/public/.%2E/private/x",
  "file:///srv/public/..%2fprivate/x",
  "file:///srv/public/..%5cprivate/x",
  "file:///srv/public\\..\\private\\x",
  "file:///srv/pub\tlic/x",
  "FILE:///srv/private/x",
  " file:///srv/private/x",
  "https://EXAMPLE.com/x",
  "https://example.com:443/x",
  "file:///srv/%ff/x",
  "file:///srv/%70rivate/x",
  "file:///%73rv/private/x",
  "file:///srv/private%2Fx",
  "file:///srv/private%5Cx",
  "file:///srv/a%2Db",
  "file:///srv/%7Eana",
  "file:///srv//private/x",
  "file:////srv/private/x",
  "notes://%70rivate/x",
  "notes://board//private",
  "notes:%70rivate",
  "notes:private%2Fx",
  "notes://two words/%70rivate",
  "db://main/table?name=%70rivate",
])("a resource is not decided by a URI that is read as another one: %j", (uri) => {
  expect(problemOf(uri)).toBe("the URI is read as another one");
});
