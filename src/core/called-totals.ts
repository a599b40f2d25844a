// Series that are called totals: the rows of a report that add up its others. A name alone is no proof, so that it is said and not acted upon.

/** What such rows are called, in several languages: alternatives of a pattern. */
export const totalWords: string =
  'grand total|sub-?totals?|totals?|overall result|gesamtsumme|gesamtergebnis|teilergebnis|ergebnis|gesamt|insgesamt|zwischensumme|summen?|sums?|' +
  'totale|total général|sous-total|somme|suma|total general|total geral|totaal|razem|celkem|összesen|toplam|yhteensä|summa|итого|всего|общий итог|' +
  '合計|総計|小計|总计|合计|小计';

/** What may stand around a word: no letter of any script. */
const marks = '[^\\p{L}\\p{N}]*';
const called = new RegExp(
  `^${marks}(?:(?:${totalWords})(?:[\\s:]+\\S.*)?|\\S.*\\s(?:${totalWords}))${marks}$`,
  'iu',
);
/** Longer texts are not looked at: the pattern takes time in the square of the length. */
const lengthMax = 200;

/** Of these ids of series, beside others, those of which a part is called a total; [] where all are. Cost: a look at each part. */
export function calledTotals(ids: readonly string[]): string[] {
  const found = ids.filter((id) => id.length <= lengthMax && id.split('/').some((part) => called.test(part)));
  return found.length === ids.length ? [] : found;
}
