/** Breaks a text into lines of at most 100 columns, indented; what follows ` - ` begins a line of its own. */
export function wrapText(text: string, indent: string): string {
  return text
    .split(/ (?=- )/)
    .flatMap((part) => wrapPart(part, 100 - indent.length))
    .map((line) => indent + line)
    .join("\n");
}

function wrapPart(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
