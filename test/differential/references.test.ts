import { BlockList, isIP } from "node:net";
import { posix } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { amounts } from "./intrinsics/amounts.ts";
import { blocks } from "./intrinsics/blocks.ts";
import { mails } from "./intrinsics/mails.ts";
import { paths } from "./intrinsics/paths.ts";
import { urls } from "./intrinsics/urls.ts";
import { inputs, seed } from "./parameters.ts";

const runs = { seed, numRuns: inputs };

test("what is an amount is the number that it says, times a power of ten", () => {
  fc.assert(
    fc.property(amounts, ({ text, whole, cents, mills }) => {
      for (const [amount, factor] of [[whole, 1] as const, [cents, 100] as const, [mills, 10_000] as const]) {
        if (amount === undefined) continue;
        expect(Object.is(amount, -0)).toBe(false);
        expect(Number.isSafeInteger(amount)).toBe(true);
        expect(Number(amount / factor)).toBe(Number(text) + 0);
      }
      if (cents !== undefined && whole !== undefined) expect(cents).toBe(whole * 100);
    }),
    runs,
  );
});

test("an address has a domain where zod takes it for one", () => {
  fc.assert(
    fc.property(mails, ({ text, domain }) => {
      const isAddress = z.email().safeParse(text).success;
      expect(domain).toBe(isAddress ? text.split("@")[1]?.toLowerCase() : undefined);
    }),
    runs,
  );
});

test("a URL that has parts has those that URL gives it", () => {
  fc.assert(
    fc.property(urls, ({ text, scheme, host, path }) => {
      expect([scheme, host, path].filter((part) => part === undefined)).toHaveLength(
        scheme === undefined ? 3 : 0,
      );
      if (scheme === undefined) return;
      const url = new URL(text);
      expect([`${scheme}:`, host, path]).toEqual([url.protocol, url.hostname, url.pathname]);
      expect(url.username + url.password).toBe("");
    }),
    runs,
  );
});

test("a path is what Node makes of it, and lies in what leads to it", () => {
  fc.assert(
    fc.property(paths, ({ text, folder, normal, inside }) => {
      if (normal !== undefined) expect(normal).toBe(posix.normalize(text).replace(/(?<=.)\/$/, ""));
      if (inside === undefined) return;
      const way = posix.relative(posix.resolve("/here", folder), posix.resolve("/here", text));
      expect(inside).toBe(way !== ".." && !way.startsWith("../"));
    }),
    runs,
  );
});

test("a block has the addresses that Node says", () => {
  fc.assert(
    fc.property(blocks, ({ block, address, inside }) => {
      if (inside === undefined) return;
      const [start = "", size] = block.split("/");
      const [family, other] = [start, address].map((one) => (isIP(one) === 4 ? "ipv4" : "ipv6"));
      const list = new BlockList();
      list.addSubnet(start, Number(size), family);
      // to Node, an IPv4 address is one of IPv6, too
      expect(inside).toBe(family === other && list.check(address, other));
    }),
    runs,
  );
});
