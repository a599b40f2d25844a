// Which patterns of a contract are tried on data. JavaScript's engine goes back over what it has taken; a pattern that leaves it
// many ways to divide a text holds up everybody, for a value that anybody may send.

const patternLengthMax = 500;
/** Repetitions without a bound: with three the time grows with the cube of the length of a value. */
const endlessMax = 2;
/** Places with a choice: each may double the ways. */
const choicesMax = 10;

interface Group {
  /** Something in it may be taken in several ways. */
  varies: boolean;
}

/** Why a pattern is not tried on data: it is none, or one that can take longer than anybody waits. Null = it is tried. */
export function safePattern(pattern: string): string | null {
  if (pattern.length > patternLengthMax) return `its pattern is longer than ${patternLengthMax} characters`;
  try {
    new RegExp(pattern, 'u');
  } catch {
    return 'its pattern is no regular expression';
  }
  return waysProblem(pattern);
}

/** Walks a pattern that is known to be one. */
function waysProblem(pattern: string): string | null {
  const open: Group[] = [{ varies: false }];
  let ended: Group | null = null;
  let endless = 0;
  let choices = 0;
  for (let at = 0; at < pattern.length; ) {
    const quantifier = /^(?:[*+?]|\{(\d+)(,(\d*))?\})\??/.exec(pattern.slice(at, at + 24));
    const mark = pattern[at];
    if (quantifier !== null) {
      const [text, from, comma, to] = quantifier;
      const isEndless = text.startsWith('*') || text.startsWith('+') || (comma !== undefined && to === '');
      const most = isEndless ? Number.POSITIVE_INFINITY : text.startsWith('?') ? 1 : Number(to ?? from);
      if (ended?.varies === true && most > 1)
        return 'its pattern repeats what repeats, which may never end on some values';
      if (isEndless) endless += 1;
      const varies = isEndless || text.startsWith('?') || (comma !== undefined && to !== from);
      if (varies) {
        choices += 1;
        for (const group of open) group.varies = true;
      }
      ended = null;
      at += text.length;
      continue;
    }
    ended = null;
    if (mark === '(') open.push({ varies: false });
    else if (mark === ')') ended = open.pop() ?? null;
    else if (mark === '|') {
      choices += 1;
      for (const group of open) group.varies = true;
    }
    if (mark === '\\' && /[1-9k]/.test(pattern[at + 1] ?? ''))
      return 'its pattern looks back at what it has taken';
    at =
      mark === '['
        ? classEnd(pattern, at)
        : at + (mark === '\\' ? 2 : mark === '(' ? groupHead(pattern, at) : 1);
  }
  if (endless > endlessMax) return `its pattern repeats without a bound in more than ${endlessMax} places`;
  if (choices > choicesMax) return `its pattern leaves a choice in more than ${choicesMax} places`;
  return null;
}

/** Behind the `]` of a class of characters. */
function classEnd(pattern: string, from: number): number {
  for (let at = from + 1; at < pattern.length; at++)
    if (pattern[at] === '\\') at += 1;
    else if (pattern[at] === ']') return at + 1;
  return pattern.length;
}

/** How long the beginning of a group is: `(`, `(?:`, `(?=`, `(?<name>`. */
function groupHead(pattern: string, at: number): number {
  if (pattern[at + 1] !== '?') return 1;
  const named = /^\(\?<[^=!>][^>]*>/.exec(pattern.slice(at, at + 80));
  return named === null ? (pattern[at + 2] === '<' ? 4 : 3) : named[0].length;
}
