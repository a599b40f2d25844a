// What the format of a spreadsheet cell makes of its number: a date, a time of day, a duration, or a number.

export interface NumberFormat {
  readonly kind: 'number' | 'date' | 'time' | 'duration';
  /** Of times: seconds have a fraction. */
  readonly hasFraction: boolean;
  /** Of whole numbers: shown with at least as many digits, as codes of articles are. */
  readonly digitsMin: number;
  /** Of numbers: words stand around them. */
  readonly hasText: boolean;
}

const plain: NumberFormat = { kind: 'number', hasFraction: false, digitsMin: 1, hasText: false };
const date: NumberFormat = { ...plain, kind: 'date' };
const time: NumberFormat = { ...plain, kind: 'time' };
/** A format is no longer than this in any program. */
const lengthMax = 1000;

/**
 * Formats that have a number and no text in the file. Source: ECMA-376 part 1, 18.8.30; 27 to 36 and 50 to 58 are dates in the
 * East Asian languages.
 */
export function builtInFormat(id: number): NumberFormat {
  if ((id >= 14 && id <= 17) || id === 22 || (id >= 27 && id <= 36) || (id >= 50 && id <= 58)) return date;
  if ((id >= 18 && id <= 21) || id === 45) return time;
  if (id === 46) return { ...plain, kind: 'duration' };
  return id === 47 ? { ...time, hasFraction: true } : plain;
}

/** Cost: linear in the length of `code`, of which a thousand characters are looked at. */
export function formatOf(code: string): NumberFormat {
  const first = firstSection(code.slice(0, lengthMax));
  const bare = first.text.toLowerCase();
  if (/\[(?:h+|m+|s+)\]/.test(bare)) return { ...plain, kind: 'duration' };
  const letters = bare.replace(/\[[^\]]*\]/g, '').replace(/am\/pm|a\/p/g, 'h');
  if (/general/.test(letters)) return { ...plain, hasText: first.hasText };
  const hasFraction = /s[.,]0/.test(letters);
  if (/[yd]|m{3}|b{2,}/.test(letters)) return { ...date, hasFraction };
  if (/[hs]/.test(letters)) return { ...time, hasFraction };
  if (/m/.test(letters)) return date;
  const zeros = /^0+$/.exec(letters.trim());
  return { ...plain, digitsMin: zeros === null ? 1 : zeros[0].length, hasText: first.hasText };
}

interface Section {
  /** Without what stands for itself. */
  readonly text: string;
  readonly hasText: boolean;
}

/** A format has parts for what is above, below and equal to zero; the first one says what it is. */
function firstSection(code: string): Section {
  let text = '';
  let hasText = false;
  for (let i = 0; i < code.length; i++) {
    const letter = code[i] as string;
    if (letter === ';') break;
    if (letter === '"') {
      const end = code.indexOf('"', i + 1);
      hasText ||= /[\p{L}\p{N}]/u.test(code.slice(i + 1, end < 0 ? code.length : end));
      i = end < 0 ? code.length : end;
    } else if (letter === '\\' || letter === '_' || letter === '*') {
      i += 1;
      hasText ||= letter === '\\' && /[\p{L}\p{N}]/u.test(code[i] ?? '');
    } else text += letter;
  }
  return { text, hasText };
}
