// What servers with everything hold, whichever version of the protocol they speak.

const png =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";
const wav = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=";

/** A result that is a text. */
export const text = (value: string) => ({ content: [{ type: "text" as const, text: value }] });

/** Tools that need nothing of their session. */
export const simpleTools = {
  test_simple_text: () => text("This is a simple text response for testing."),
  test_image_content: () => ({ content: [{ type: "image" as const, data: png, mimeType: "image/png" }] }),
  test_audio_content: () => ({ content: [{ type: "audio" as const, data: wav, mimeType: "audio/wav" }] }),
  test_embedded_resource: () => ({
    content: [
      {
        type: "resource" as const,
        resource: {
          uri: "test://embedded-resource",
          mimeType: "text/plain",
          text: "This is an embedded resource content.",
        },
      },
    ],
  }),
  test_multiple_content_types: () => ({
    content: [
      { type: "text" as const, text: "Multiple content types test:" },
      { type: "image" as const, data: png, mimeType: "image/png" },
      {
        type: "resource" as const,
        resource: {
          uri: "test://mixed-content-resource",
          mimeType: "application/json",
          text: '{"test":"data","value":123}',
        },
      },
    ],
  }),
  test_error_handling: () => ({
    ...text("This tool intentionally returns an error for testing"),
    isError: true,
  }),
  json_schema_2020_12_tool: () => text("fine"),
};

/** What is listed of them beside their names. */
export const listedSimply: Readonly<Record<string, object>> = {
  json_schema_2020_12_tool: {
    inputSchema: {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      $defs: {
        address: { type: "object", properties: { street: { type: "string" }, city: { type: "string" } } },
      },
      properties: { name: { type: "string" }, address: { $ref: "#/$defs/address" } },
      additionalProperties: false,
    },
  },
};

/** The resources that are listed. */
export const resources = ["static-text", "static-binary", "watched-resource"].map((name) => ({
  uri: `test://${name}`,
  name,
  description: name,
  mimeType: "text/plain",
}));

/** The templates that are listed. */
export const resourceTemplates = [
  { uriTemplate: "test://template/{id}/data", name: "template", description: "a template" },
];

/** The content of a resource. */
export function readResource(uri: string) {
  const id = /^test:\/\/template\/(.+)\/data$/.exec(uri)?.[1];
  if (id !== undefined) {
    const data = JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` });
    return { uri, mimeType: "application/json", text: data };
  }
  if (uri === "test://static-binary") return { uri, mimeType: "image/png", blob: png };
  return { uri, mimeType: "text/plain", text: "This is the content of the static text resource." };
}

type Arguments = Readonly<Record<string, unknown>>;
type PromptContent =
  | { type: "text"; text: string }
  | { type: "image"; data: string; mimeType: string }
  | { type: "resource"; resource: { uri: string; mimeType: string; text: string } };

const prompts: Readonly<Record<string, (args: Arguments) => readonly PromptContent[]>> = {
  test_simple_prompt: () => [{ type: "text", text: "This is a simple prompt for testing." }],
  test_prompt_with_arguments: ({ arg1, arg2 }) => [
    { type: "text", text: `Prompt with arguments: arg1='${arg1}', arg2='${arg2}'` },
  ],
  test_prompt_with_embedded_resource: ({ resourceUri }) => [
    {
      type: "resource",
      resource: {
        uri: String(resourceUri),
        mimeType: "text/plain",
        text: "Embedded resource content for testing.",
      },
    },
    { type: "text", text: "Please process the embedded resource above." },
  ],
  test_prompt_with_image: () => [
    { type: "image", data: png, mimeType: "image/png" },
    { type: "text", text: "Please analyze the image above." },
  ],
};
const promptArguments: Readonly<Record<string, readonly string[]>> = {
  test_prompt_with_arguments: ["arg1", "arg2"],
  test_prompt_with_embedded_resource: ["resourceUri"],
};

/** The prompts that are listed. */
export const listedPrompts = Object.keys(prompts).map((name) => ({
  name,
  description: name,
  arguments: (promptArguments[name] ?? []).map((one) => ({ name: one, description: one, required: true })),
}));

/** The messages of a prompt; `undefined` where there is none of the name. */
export function promptMessages(name: string, args: Arguments) {
  const prompt = Object.hasOwn(prompts, name) ? prompts[name] : undefined;
  return prompt?.(args).map((content) => ({ role: "user" as const, content }));
}

/** What any argument is completed to. */
export const completion = { values: ["paris", "park", "party"], total: 150, hasMore: false };
