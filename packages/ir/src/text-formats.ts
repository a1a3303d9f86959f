import { emailDomain } from "./intrinsics/email-domain.ts";
import { urlHost } from "./intrinsics/url.ts";
import type { TextFormat } from "./shape.ts";
import { isUtcTime } from "./utc-time.ts";

interface KnownFormat {
  /** What it is, in words. */
  readonly name: string;
  /** A text that has it. */
  readonly sample: string;
  has(text: string): boolean;
}

/** The forms of texts that guards know. */
export const textFormats: Readonly<Record<TextFormat, KnownFormat>> = {
  "utc-time": { name: "a UTC time", sample: "2000-01-01T00:00:00Z", has: isUtcTime },
  email: { name: "an e-mail address", sample: "a@b.cd", has: (text) => emailDomain(text) !== undefined },
  url: { name: "a URL", sample: "https://a.b/", has: (text) => urlHost(text) !== undefined },
};
