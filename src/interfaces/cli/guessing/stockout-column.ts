// Which column says that the shelf was empty: by its name, where its cells are yes or no.

import { defaultDialect } from '../../../core/index.ts';
import { flagReader } from '../../../services/data/index.ts';
import type { ProjectConfig } from '../../config/index.ts';
import type { Sample } from '../sample.ts';
import { wordsForYesNo } from './guess-covariates.ts';
import type { Profile } from './profile.ts';

/** As systems of several languages call it. */
const stockoutName = new RegExp(
  [
    'stock.?out|out.?of.?stock|sold.?out|(^|[ _-])oos($|[ _-])|no.?stock',
    'aus.?verkauft|vergriffen|nicht.?(lieferbar|verf(ü|ue)gbar)|null.?bestand',
    'rupture|(é|e)puis(é|e)',
    'agotad[oa]|sin.?stock|esgotad[oa]|esaurit[oa]|rottura',
    'uit.?verkocht|slutsåld|uds?olgt|utsolgt',
  ].join('|'),
  'i',
);

export interface StockoutColumn {
  readonly profile: Profile;
  /** What of `dialect` its cells need. */
  readonly words: Pick<NonNullable<ProjectConfig['dialect']>, 'trueWords' | 'falseWords'>;
}

/** Null = there is none. One of that name that counts pieces or hours is no flag: every row of it would be refused. */
export function stockoutColumn(
  sample: Sample,
  profiles: readonly Profile[],
  taken: readonly Profile[],
): StockoutColumn | null {
  for (const profile of profiles) {
    if (taken.includes(profile) || profile.isTime || !stockoutName.test(profile.name)) continue;
    const words = wordsOf(sample, profile);
    if (words !== null) return { profile, words };
  }
  return null;
}

/** Null = its cells are not yes and no. */
function wordsOf(sample: Sample, { index }: Profile): StockoutColumn['words'] | null {
  const texts = new Set<string>();
  for (const row of sample.rows) {
    texts.add((row[index] ?? '').trim().toLowerCase());
    if (texts.size > 8) return null;
  }
  const isPlain = flagReader(defaultDialect);
  const others = [...texts].filter((text) => isPlain(text) === null);
  if (others.length === 0) return texts.size === 1 && texts.has('') ? null : {};
  const said = [...texts].filter((text) => text !== '');
  const pair = wordsForYesNo(said);
  if (pair !== null) return { trueWords: [pair[0]], falseWords: [pair[1]] };
  // A mark, or nothing.
  const [mark] = said;
  return said.length === 1 && mark !== undefined && mark.length <= 2 && texts.has('')
    ? { trueWords: [mark] }
    : null;
}
