// Guessing which columns beside demand are worth telling the models. Conservative: what is missed is one line to add, what
// is wrongly taken for known ahead makes every forecast wait for plans that nobody has, or learns from what only the sale itself tells.

import type { ProjectConfig } from '../../config/index.ts';
import type { Sample } from '../sample.ts';
import type { Guess } from './guessed-setting.ts';
import type { Profile } from './profile.ts';

/** Names of things that people decide or know before the day. */
const planned = new RegExp(
  [
    'promo|campaign|display|flyer|leaflet|advert|discount|deal(_|$)|on_sale|snap|aktion|werbung|event',
    'holiday|school|feiertag|ferien|work(ing)?_?day|weekend|(^|_)(open|closed)(_|$)',
    'easter|good_friday|christmas|xmas|new_year|thanksgiving|labou?r_day|independence|memorial|ramadan|carnival',
    'black_friday|valentine|world_cup|gold_cup|olympic|super_?bowl|(^|_)(games|fest|festival)(_|$)',
  ].join('|'),
  'i',
);
/** Measured with the sale, whatever else the name says: promo_units. */
const measured = /sales|sold|units|qty|quantity|volume|amount|revenue|cost|margin|count|total/i;
const price = /price|preis|prix|precio/i;
/** Prices that nobody who plans demand sets: of fuel, of others, means of what was paid. */
const otherPrice =
  /fuel|oil|petrol|diesel|gasoline|energy|commodity|stock|index|cpi|compet|rival|market|avg|average|mean|median|cost/i;
const yesNo = new Set(['0', '1', '0.0', '1.0', 'true', 'false', 'yes', 'no', 'y', 'n', 't', 'f']);
/** Words for yes and no of other languages, which the settings must say. */
const otherWords = [
  ['ja', 'nein'],
  ['j', 'n'],
  ['ja', 'nee'],
  ['ja', 'nej'],
  ['oui', 'non'],
  ['o', 'n'],
  ['sí', 'no'],
  ['si', 'no'],
  ['sì', 'no'],
  ['sim', 'não'],
  ['wahr', 'falsch'],
  ['vrai', 'faux'],
  ['on', 'off'],
] as const;
/** Fewer series say little about what is fixed per series. */
const seriesMin = 4;
/** More different texts are no categories that return. */
const categoriesMax = 50;
/** Columns named in the note on what is not used. */
const namedMax = 12;

type Words = Pick<NonNullable<ProjectConfig['dialect']>, 'trueWords' | 'falseWords'>;

export interface GuessedCovariates {
  readonly columns: Pick<NonNullable<ProjectConfig['columns']>, 'known' | 'static' | 'categories'>;
  /** Absent = no price of the series' own was found, or several. */
  readonly gbdt?: Pick<NonNullable<ProjectConfig['gbdt']>, 'priceEffect'>;
  /** What of `dialect` their cells need. */
  readonly words: Words;
  readonly guesses: readonly Guess[];
  readonly notes: readonly string[];
}

/**
 * Columns other than the mapped ones: planned flags, prices that change, categories by names that speak of plans, and texts that are
 * fixed per series.
 * @param mapped.repeats rows are single sales: what stands beside them is of the sale, and no plan of a period
 */
export function guessCovariates(
  sample: Sample,
  profiles: readonly Profile[],
  mapped: {
    readonly series: readonly Profile[];
    readonly others: readonly Profile[];
    readonly repeats: boolean;
  },
): GuessedCovariates {
  const taken = new Set([...mapped.series, ...mapped.others]);
  const found = {
    known: [] as string[],
    categories: [] as string[],
    fixed: [] as string[],
    rest: [] as string[],
    constant: [] as string[],
  };
  const words = { trueWords: new Set<string>(), falseWords: new Set<string>() };
  for (const profile of profiles) {
    if (taken.has(profile) || profile.isTime) continue;
    const seen = bySeries(sample, profile, mapped.series);
    const kind = mapped.repeats && seen.changing > 0 ? 'rest' : kindOf(profile, seen);
    if (kind === 'none') {
      if (seen.distinct === 1) found.constant.push(profile.name);
      continue;
    }
    if (kind === 'categories') found.known.push(profile.name);
    found[kind].push(profile.name);
    if (kind !== 'known') continue;
    if (seen.words === null) continue;
    words.trueWords.add(seen.words[0]);
    words.falseWords.add(seen.words[1]);
  }
  const { known, categories, fixed, rest, constant } = found;
  // One price is the series' own; of several some are those of others, which raise demand when they rise.
  const prices = known.filter((name) => isPrice(name));
  const [own] = prices.length === 1 ? prices : [];
  return {
    columns: {
      ...(known.length > 0 ? { known } : {}),
      ...(fixed.length > 0 ? { static: fixed } : {}),
      ...(categories.length > 0 ? { categories } : {}),
    },
    words:
      words.trueWords.size === 0
        ? {}
        : { trueWords: [...words.trueWords], falseWords: [...words.falseWords] },
    ...(own === undefined ? {} : { gbdt: { priceEffect: 'falling' as const } }),
    guesses: [...guessesOf({ known, categories, fixed }), ...priceGuess(own)],
    notes: [...(rest.length === 0 ? [] : [restNote(rest)]), ...constantNote(constant)],
  };
}

type Kind = 'known' | 'categories' | 'fixed' | 'rest' | 'none';

function kindOf(profile: Profile, seen: BySeries): Kind {
  const { name } = profile;
  if (seen.changing > 0) {
    if (profile.isNumber && profile.min > 0 && isPrice(name)) return 'known';
    if (!planned.test(name) || measured.test(name)) return 'rest';
    if (seen.isFlag || seen.words !== null) return 'known';
    // A share, as of the shops that display.
    if (seen.isNumeric) return profile.min >= 0 && profile.max <= 1 ? 'known' : 'rest';
    return seen.distinct <= categoriesMax ? 'categories' : 'rest';
  }
  const isAttribute =
    !profile.isNumber && seen.series >= seriesMin && seen.distinct > 1 && 2 * seen.distinct <= seen.series;
  return isAttribute ? 'fixed' : 'none';
}

function isPrice(name: string): boolean {
  return price.test(name) && !otherPrice.test(name);
}

function priceGuess(own: string | undefined): Guess[] {
  if (own === undefined) return [];
  const reason = `a higher ${own} never raises demand; free = as the data say`;
  return [{ setting: 'gbdt.priceEffect', value: 'falling', reason }];
}

function guessesOf(of: Readonly<Record<'known' | 'categories' | 'fixed', readonly string[]>>): Guess[] {
  const said: readonly [string, readonly string[], string][] = [
    [
      'columns.known',
      of.known,
      'prices, or yes/no, shares and categories by names that speak of plans; remove what you do not know ahead',
    ],
    ['columns.static', of.fixed, 'texts with one value per series, shared by several series'],
    ['columns.categories', of.categories, 'they hold texts'],
  ];
  return said.flatMap(([setting, names, reason]) =>
    names.length === 0 ? [] : [{ setting, value: names.join(', '), reason }],
  );
}

function restNote(rest: readonly string[]): string {
  return (
    `Not used: ${namesOf(rest)}. What of them you know ahead belongs into columns.known, ` +
    'what is known only afterwards into columns.past.'
  );
}

function namesOf(names: readonly string[]): string {
  const more = names.length > namedMax ? ` and ${names.length - namedMax} more` : '';
  return `${names.slice(0, namedMax).join(', ')}${more}`;
}

function constantNote(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const [are, each] = names.length === 1 ? ['is', 'it'] : ['are', 'one of them'];
  return [
    `Not used, as ${namesOf(names)} ${are} the same in every row. Where other files have another value, name ${each} in columns.series too.`,
  ];
}

interface BySeries {
  /** Series that it changes in. */
  readonly changing: number;
  readonly series: number;
  readonly distinct: number;
  readonly isFlag: boolean;
  readonly isNumeric: boolean;
  /** Its words for yes and no, where the settings must say them. */
  readonly words: readonly [string, string] | null;
}

/** How a column behaves within series. */
function bySeries(sample: Sample, profile: Profile, series: readonly Profile[]): BySeries {
  const first = new Map<string, string>();
  const changing = new Set<string>();
  const values = new Set<string>();
  for (const row of sample.rows) {
    const value = (row[profile.index] ?? '').trim();
    if (value === '') continue;
    const key = series.map((column) => row[column.index]).join('\u0000');
    const known = first.get(key);
    if (known === undefined) first.set(key, value);
    else if (known !== value) changing.add(key);
    values.add(value);
  }
  const lower = [...values].slice(0, 3).map((value) => value.toLowerCase());
  const two = values.size === 2 ? lower : [];
  const words = wordsForYesNo(two);
  return {
    changing: changing.size,
    series: first.size,
    distinct: values.size,
    isFlag: two.length === 2 && two.every((value) => yesNo.has(value)),
    isNumeric: [...values].slice(0, 10_000).every((value) => Number.isFinite(Number(value))),
    words: two.every((value) => yesNo.has(value)) ? null : words,
  };
}

/** Yes and no, where these texts of lower case are the two in some language; of one alone the pair that has it. Null = they are not. */
export function wordsForYesNo(texts: readonly string[]): readonly [string, string] | null {
  const found = otherWords.find(
    (pair) => texts.length > 0 && texts.every((text) => pair.includes(text as never)),
  );
  return found ?? null;
}
