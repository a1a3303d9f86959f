import { z } from "zod";

/** A tool of the office, as any host can offer it. */
export interface OfficeTool {
  readonly schema: z.ZodObject;
  run(args: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<unknown>;
}

/** The office's tools, by name, and what ran. */
export interface OfficeTools {
  readonly tools: Readonly<Record<string, OfficeTool>>;
  readonly ran: readonly { readonly tool: string; readonly args: unknown }[];
}

/** What an agent of the office can do. Each tool notes that it ran, before anything else. */
export function openOffice(): OfficeTools {
  const ran: { tool: string; args: unknown }[] = [];
  const make = (
    tool: string,
    schema: z.ZodObject,
    run: (args: Readonly<Record<string, unknown>>, signal?: AbortSignal) => unknown,
  ): readonly [string, OfficeTool] => [
    tool,
    {
      schema,
      async run(args, signal) {
        ran.push({ tool, args });
        return run(args, signal);
      },
    },
  ];
  const mail = z.object({ to: z.string(), size: z.number(), note: z.string().optional() });
  const empty = z.object({});
  const tools = Object.fromEntries([
    make("mail.send", mail, ({ to }) => {
      if (to === "bounce") throw new Error("the address is unknown");
      return { rows: [{ ssn: "123-45", to }] };
    }),
    make("look", empty, () => ({ seen: true })),
    make("assess", empty, () => ({ fine: true })),
    make("delete", empty, () => ({ gone: true })),
    make("publish", empty, () => ({ published: true })),
    make("vault", empty, () => ({ secret: "hunter2" })),
    make("broken", empty, () => {
      throw new Error("the till is empty");
    }),
    make("wait", empty, (_args, signal) => untilAborted(signal)),
  ]);
  return { tools, ran };
}

/** What a host that aborts a call ends. One that does not hand on its signal waits in vain, for a while. */
function untilAborted(signal: AbortSignal | undefined): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => resolve({ waited: true }), 1000);
    signal?.addEventListener("abort", () => {
      clearTimeout(late);
      reject(new Error("aborted"));
    });
  });
}
