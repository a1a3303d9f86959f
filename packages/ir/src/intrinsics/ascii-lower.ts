/** A text with the letters A to Z in lower case, and every other character as it is. */
export function asciiLower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
