// Texts from outside, made harmless for a terminal or a log: what would move the cursor, hide, recolour or turn around text is
// written out instead of obeyed.

/** C0 with ESC, DEL, C1, marks and overrides of direction, and the separators that some programs take for line ends. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unseen = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
const unseenExceptLf = new RegExp(
  unseen.source.replace('\\u0000-\\u001f', '\\u0000-\\u0009\\u000b-\\u001f'),
  'g',
);
/** JSON escapes C0 by itself. */
const unseenInJson = new RegExp(unseen.source.replace('\\u0000-\\u001f', ''), 'g');

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  return short[character] ?? (code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`);
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}

/** The text on one line: `\x1b[2J` in place of what would clear the screen. Cost: O(length). */
export function visibleText(text: string): string {
  return text.replace(unseen, escaped);
}

/** The same for text of several lines: line ends stay. */
export function visibleLines(text: string): string {
  return text.replace(unseenExceptLf, escaped);
}

/** JSON on one line that a terminal shows as it is; read back it is the same value. */
export function visibleJson(value: unknown, replacer?: (key: string, value: unknown) => unknown): string {
  const text = JSON.stringify(value, replacer);
  return text.replace(unseenInJson, (character) => `\\u${hex(character.charCodeAt(0), 4)}`);
}
