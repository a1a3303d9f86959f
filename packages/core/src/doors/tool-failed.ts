/** What the model reads of a tool that failed, where rules decide results: nobody has looked at what the tool says of it. */
export const toolFailed = "The tool failed.";
