// Keys that people take for the same: they differ in case, blanks, characters that are not seen, or in how an accent is stored.

/** Characters that take no room: zero-width ones, joiners, the byte order mark, the soft hyphen. */
const unseen = /[\u00ad\u200b-\u200f\u2060\ufeff]/g;

/** What is left of a key when all is taken away that people do not see or do not mean. */
export function keyFolded(key: string): string {
  return key.normalize('NFC').replace(unseen, '').replace(/\s+/gu, ' ').trim().toLowerCase();
}

const dashes = /[\u2010-\u2015\u2212\ufe58]/g;

/** Beyond that: wide and narrow forms of a character, and all that looks like a hyphen. Said of keys, never used to join them. */
function looksOf(key: string): string {
  return keyFolded(key.normalize('NFKC').replace(dashes, '-'));
}

/**
 * The one id of all spellings of a series that look alike, where a project folds them; else the id itself. Parts of a composite id are
 * folded each by itself.
 */
export function foldedSeriesId(id: string, { keys }: { readonly keys?: 'exact' | 'fold' }): string {
  if (keys !== 'fold') return id;
  return id
    .split('/')
    .map((part) => keyFolded(part).replaceAll('%2f', '%2F'))
    .join('/');
}

/**
 * Groups of keys that look alike, each of two or more with one of `fresh` among them; in the order of `fresh`.
 * Cost: O(fresh + known) texts.
 */
export function lookAlikes(fresh: readonly string[], known: Iterable<string> = []): string[][] {
  const groups = new Map<string, Set<string>>();
  for (const key of fresh) {
    const folded = looksOf(key);
    const group = groups.get(folded);
    if (group === undefined) groups.set(folded, new Set([key]));
    else group.add(key);
  }
  for (const key of known) groups.get(looksOf(key))?.add(key);
  return [...groups.values()].filter(({ size }) => size > 1).map((group) => [...group]);
}

/** A key as it can be seen: what differs from printable ASCII and is no letter is written as its code. */
export function keyShown(key: string): string {
  const shown = key.replace(/[^\x20-\x7e]/gu, (character) =>
    /^\p{L}$/u.test(character) && character === character.normalize('NFD')
      ? character
      : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
  return `"${shown}"`;
}
