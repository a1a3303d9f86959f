import { property, type Result } from "../json-rpc.ts";
import { encodeHeader } from "../stateless/stateless.ts";

/** Arguments that a server wants in headers too, for those on the way that read no bodies: it says which in its list of tools. */
export interface ArgumentHeaders {
  /** Takes note of a server's list of tools. */
  learn(list: Result): void;
  /** The headers for what goes to the server: of its arguments as they are by then, and of no others. */
  headersOf(tool: string, args: unknown): Record<string, string>;
}

interface WantedArgument {
  readonly header: string;
  readonly path: readonly string[];
}

/** The most tools that are remembered, and how deep their schemas are looked into. */
const maxTools = 10_000;
const maxDepth = 8;

/** Remembers which arguments a server wants in headers. */
export function createArgumentHeaders(): ArgumentHeaders {
  const wanted = new Map<string, readonly WantedArgument[]>();
  return {
    learn(list) {
      const tools = property(list, "tools");
      for (const tool of Array.isArray(tools) ? tools : []) {
        const name = property(tool, "name");
        if (typeof name !== "string" || wanted.size >= maxTools) continue;
        wanted.set(name, wantedOf(property(tool, "inputSchema"), []));
      }
    },
    headersOf(tool, args) {
      const known = wanted.get(tool) ?? [];
      return Object.fromEntries(
        known.flatMap(({ header, path }) => {
          const value = path.reduce(property, args);
          if (!["string", "number", "boolean"].includes(typeof value)) return [];
          return [[`mcp-param-${header.toLowerCase()}`, encodeHeader(String(value))]];
        }),
      );
    },
  };
}

function wantedOf(schema: unknown, path: readonly string[]): readonly WantedArgument[] {
  const header = property(schema, "x-mcp-header");
  const isName = typeof header === "string" && /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/.test(header);
  const own = isName ? [{ header, path }] : [];
  const properties = property(schema, "properties");
  if (typeof properties !== "object" || properties === null || path.length >= maxDepth) return own;
  return [...own, ...Object.entries(properties).flatMap(([name, one]) => wantedOf(one, [...path, name]))];
}
