/**
 * The text with the letters A to Z in lower case, and every other character as it is: for names that are ASCII, such
 * as hosts and headers. Cheaper than `toLowerCase()`, and no other letter becomes an ASCII one: `"\u212a"` stays.
 */
export function asciiLower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 32));
}
