import { asciiLower, removePrefix, removeSuffix } from "@forego/dsl";
import fc from "fast-check";

const piece = fc.constantFrom(
  ...["a", "A", "Z", "z", "@", "[", "`", "{", "K", "\u212a", "\u00c4", "\u0130", "\u{1F4A9}", "\u{1F4A8}"],
  ...["-", "--", "x-", "\0", "\u0301", "ab", "ba"],
);
const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(""));

/** Texts, and other ones that most of them begin or end with. */
export const parts = text
  .chain((one) => {
    const characters = [...one];
    const cut = fc.nat(characters.length).map((at) => characters.slice(0, at).join(""));
    const end = fc.nat(characters.length).map((at) => characters.slice(at).join(""));
    return fc.record({ text: fc.constant(one), part: fc.oneof(cut, end, text) });
  })
  .map(({ text, part }) => ({
    text,
    part,
    asciiLower: asciiLower(text),
    removePrefix: removePrefix(text, part),
    removeSuffix: removeSuffix(text, part),
  }));
