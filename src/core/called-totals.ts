// Series that are called totals: the rows of a report that add up its others. A name alone is no proof, so that it is said and not acted upon.

/** What such rows are called, in several languages: alternatives of a pattern. */
export const totalWords =
  'grand total|sub-?totals?|totals?|gesamtsumme|gesamt|insgesamt|zwischensumme|summen?|sums?|totale|total général|sous-total|somme|suma|totaal';

const called = new RegExp(`^\\W*(?:(?:${totalWords})(?:[\\s:]+\\S.*)?|\\S.*\\s(?:${totalWords}))\\W*$`, 'i');
/** Longer texts are not looked at: the pattern takes time in the square of the length. */
const lengthMax = 200;

/** Of these ids of series, beside others, those of which a part is called a total; [] where all are. Cost: a look at each part. */
export function calledTotals(ids: readonly string[]): string[] {
  const found = ids.filter((id) => id.length <= lengthMax && id.split('/').some((part) => called.test(part)));
  return found.length === ids.length ? [] : found;
}
