import { expect, test } from "vitest";
import { hostnameOf, isWelcome, loopbackHosts } from "./is-welcome.ts";

test.each([
  ["Tools.Example", "tools.example"],
  ["tools.example:8080", "tools.example"],
  ["127.0.0.1", "127.0.0.1"],
  ["::1", "[::1]"],
  ["[::1]", "[::1]"],
  ["[::1]:8080", "[::1]"],
  ["2001:DB8:0::1", "[2001:db8::1]"],
])("%s is the host %s", (host, name) => {
  expect(hostnameOf(host)).toBe(name);
});

test.each(["", "https://tools.example", "tools.example/", "a@b", "two words", "[::1", "//x"])(
  "%j is no host",
  (host) => {
    expect(() => hostnameOf(host)).toThrow("FG4007");
  },
);

test("a request without a host, or from a page without one, is not welcome", () => {
  const url = "http://localhost:1234/x";
  expect(isWelcome({ url, origin: undefined }, loopbackHosts)).toBe(true);
  expect(isWelcome({ url, origin: "http://[::1]:5173" }, loopbackHosts)).toBe(true);
  for (const origin of ["null", "", "https://evil.example"])
    expect(isWelcome({ url, origin }, loopbackHosts)).toBe(false);
  for (const other of ["", "http://", "http://evil.example/"])
    expect(isWelcome({ url: other, origin: null }, loopbackHosts)).toBe(false);
});
