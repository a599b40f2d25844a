// Names and texts of others as they are, with what cannot be seen or turns text around written out.

/** Controls, what ANSI begins with, marks of direction, and letters without width; ends of lines may stay. */
const unseen = /(?![\n\t])[\p{Cc}\p{Cf}\u2028\u2029]/gu;

export function visible(text: string): string {
  return text.replace(unseen, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
