import { urlHost, urlPath, urlScheme } from "@forego/dsl";
import fc from "fast-check";

const scheme = fc.constantFrom(
  ...["https", "https", "https", "HTTP", "http", "ws", "wss", "ftp", "file", "javascript", "data", "http s"],
  ...["htt\tps", " https", "\u017fhttps", "", "blob:https"],
);
const slashes = fc.constantFrom("://", "://", "://", "://", "://", ":", ":/", ":///", ":\\\\", ":/\\", "");
const host = fc.constantFrom(
  ...[
    "example.com",
    "Example.COM",
    "a-b.example",
    "localhost",
    "1.2.3.4",
    "255.255.255.255",
    "sub.1a.example",
  ],
  ...["256.1.1.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "0x7f.0.0.1", "127.1", "2130706433", "1.2.3.4."],
  ...[
    "example.com.",
    "a..b",
    ".a",
    "-a.b",
    "a-.b",
    "a_b.c",
    "xn--nxasmq6b",
    "a.xn--p1ai",
    "XN--P1AI",
    "a--b.c",
  ],
  ...[
    "ex\u00e4mple.com",
    "\u212a.com",
    "\uff45xample.com",
    "ex%61mple.com",
    "a%00b",
    "[::1]",
    "[::ffff:1.2.3.4]",
  ],
  ...["example.com.0x1", "a.08", "a.b1", "", "a b", "a\tb", "a\nb", "\u00ad", "ab--cd.com"],
  `${"a".repeat(63)}.b`,
  `${"a".repeat(64)}.b`,
  `${"a.".repeat(126)}a`,
  `${"a.".repeat(126)}ab`,
);
const user = fc.constantFrom("", "", "", "", "", "", "user@", "user:pass@", "evil.com@", "@", "evil.com\\@");
const port = fc.constantFrom(
  ...["", "", "", "", ":80", ":443", ":0", ":65535", ":65536", ":99999", ":080", ":", ":-1", ":1e3", ":8 0"],
  ...[":123456", ":\u0661", ":1:2"],
);
const path = fc
  .array(
    fc.constantFrom(
      ...[
        "/",
        "/",
        "a",
        "B",
        "b-c_d.e~",
        "%20",
        "%C3%a9",
        ".",
        "..",
        "%2e",
        "%2E%2e",
        "%2f",
        "%5C",
        "%00",
        "%",
        "%g1",
      ],
      ...[
        "%4",
        "\\",
        "//",
        "/./",
        "/../",
        " ",
        "\t",
        "\u00e9",
        "|",
        "^",
        "`",
        "{",
        "<",
        '"',
        "[",
        "..;",
        "@",
        ":",
        "$&'",
      ],
      ...["()*+,;=!", "\u{1F4A9}", "\0"],
    ),
    { maxLength: 5 },
  )
  .map((pieces) => pieces.join(""));
const plain = fc
  .array(
    fc.constantFrom(
      "a",
      "b",
      "B",
      "..a",
      ".well-known",
      "%20",
      "%C3%a9",
      "a.b",
      "~",
      "@:",
      "'()*",
      "%2525",
      "",
    ),
  )
  .map((names) => `/${names.join("/")}`);
const rest = fc.constantFrom(
  ...[
    "",
    "",
    "",
    "?",
    "#",
    "?a=b",
    "#a",
    "?a#b",
    "?://evil.com/",
    "#@evil.com",
    "?\\",
    "?a b",
    "?\u00e9",
    "#\n",
  ],
  ...["?/../", "\n", " ", "?[|]^"],
);
const likely = fc.constantFrom(
  "https://example.com",
  "http://example.com:8080",
  "HTTPS://A.b",
  "ftp://1.2.3.4",
);
const text = fc.oneof(
  fc.tuple(scheme, slashes, user, host, port, fc.oneof(fc.constant("/"), path), rest),
  fc.tuple(fc.constantFrom("https://", "HTTP://"), host, port, fc.constantFrom("", "/", "/a/b"), rest),
  fc.tuple(likely, fc.constantFrom("/", ""), path, rest),
  fc.tuple(likely, plain, rest),
);

/** URLs, and what parsers make one of, with their parts. */
export const urls = text
  .map((parts) => parts.join(""))
  .map((one) => ({ text: one, scheme: urlScheme(one), host: urlHost(one), path: urlPath(one) }));
