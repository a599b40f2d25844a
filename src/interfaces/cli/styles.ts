// Bold, dim and colours on a terminal. A style is put around text as marks, which become a terminal's own codes only when
// the line is written: so text from data can be made harmless after it was styled, and never brings codes of its own.

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
export type Style = keyof typeof codes;
export type Styles = Readonly<Record<Style, (text: string) => string>>;

const names = Object.keys(codes) as Style[];
/** Unicode sets these characters aside for use inside a program: no text has them. */
const firstMark = 0xfdd0;
const endMark = '\ufdef';
const marks = /[\ufdd0-\ufdef]/g;

/** The styles as functions that put marks around a text. */
export const styles: Styles = Object.fromEntries(
  names.map((name, i) => [name, (text: string) => `${String.fromCharCode(firstMark + i)}${text}${endMark}`]),
) as Styles;

/** Without marks. */
export function unstyled(text: string): string {
  return text.replace(marks, '');
}

/** Marks become codes of a terminal, or nothing where there are no colours. A style left open ends with the text. */
export function rendered(text: string, colour: boolean): string {
  if (!colour) return unstyled(text);
  const open: number[] = [];
  const shown = text.replace(marks, (mark) => {
    if (mark !== endMark) {
      const code = codes[names[mark.charCodeAt(0) - firstMark] ?? 'bold'];
      open.push(code);
      return sgr(code);
    }
    return open.pop() === undefined ? '' : [0, ...open].map(sgr).join('');
  });
  return open.length === 0 ? shown : shown + sgr(0);
}

function sgr(code: number): string {
  return `\u001b[${code}m`;
}
