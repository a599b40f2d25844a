// Texts that hold numbers and times as other scripts write them, or marks that nobody sees: brought to the plain characters that they
// stand for. Never of keys: two that differ in these are two.

/** Where the digits of a script begin, each followed by its other nine. Full-width ones are of none: they are forms that a slip leaves in a cell, and are refused. */
const zeros = [
  0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0x1040,
];
const otherDigit = /[^\0-\x7f]/gu;
/** Marks of direction, joiners, the byte order mark, the soft hyphen. */
const unseen = /[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
const plain = /^[\0-\x7f]*$/;

/** The same text in digits 0 to 9 and without what is not seen; the very text where it holds nothing else. Cost: O(length). */
export function plainText(text: string): string {
  if (plain.test(text)) return text;
  return text
    .replace(unseen, '')
    .replace(otherDigit, (character) => digitOf(character) ?? character)
    .trim();
}

function digitOf(character: string): string | undefined {
  const code = character.codePointAt(0) ?? 0;
  const zero = zeros.find((first) => code >= first && code <= first + 9);
  return zero === undefined ? undefined : String(code - zero);
}
