// The profile of a table as one HTML file: pictures and tables, no script, nothing loaded from anywhere.

import { type CheckResult, element, keyMarkup, type Markup, markups } from '../../../core/index.ts';
import { checkInWords } from '../../../services/contracts/index.ts';
import type { DataProfile, Finding, SeriesSummary } from '../../../services/data/index.ts';
import { amount, classMeanings, notInProfile, suspectNames } from '../profile-report.ts';
import { count, moment, percent, plural } from '../words.ts';
import { kindsChart, shareChart, sparkline, timeChart } from './charts.ts';
import { style } from './style.ts';

export interface PageData {
  /** Of what: the name of a file, or of a project. */
  readonly title: string;
  readonly project: string;
  /** UTC milliseconds. */
  readonly madeAt: number;
  readonly profile: DataProfile;
  readonly histories: SeriesSummary;
  /** What an ingest would do with the rows; null = they are stored. */
  readonly rows: {
    readonly accepted: number;
    readonly duplicates: number;
    readonly quarantined: number;
    readonly quarantinedByCode: Readonly<Record<string, number>>;
  } | null;
  readonly findings: readonly Finding[];
  /** Of the contract; empty without one. */
  readonly checks: readonly CheckResult[];
}

export function profilePage(data: PageData): string {
  const { profile } = data;
  return document(
    data,
    profile.series === 0
      ? [figures(data), notes(data), quarantine(data), element('p', {}, 'There is no history to show.')]
      : [
          figures(data),
          notes(data),
          overTime(profile),
          kinds(profile),
          shares(profile),
          suspects(profile),
          histories(profile),
          quarantine(data),
          checks(data.checks),
        ],
  );
}

/** The page of a file that was refused as a whole. */
export function refusalPage(
  of: Pick<PageData, 'title' | 'project' | 'madeAt'> & { readonly code: string; readonly message: string },
): string {
  return document(of, [
    element('p', {}, 'It was refused as a whole: nothing of it would be taken in.'),
    element('ul', { class: 'notes' }, element('li', {}, of.message, ' ', element('code', {}, of.code))),
  ]);
}

function document(
  of: Pick<PageData, 'title' | 'project' | 'madeAt'>,
  parts: readonly (Markup | null)[],
): string {
  const title = `Profile of ${of.title}`;
  const head = markups([
    { markup: '<meta charset="utf-8">' },
    { markup: '<meta name="viewport" content="width=device-width, initial-scale=1">' },
    // Whatever an id holds, nothing runs and nothing is loaded.
    {
      markup: `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    },
    element('title', {}, title),
    { markup: `<style>${style}</style>` },
  ]);
  const body = element(
    'main',
    {},
    element('h1', {}, title),
    element('p', { class: 'quiet' }, `project ${of.project}, made ${moment(of.madeAt)} by almanac`),
    markups(parts),
  );
  return `<!doctype html>\n<html lang="en"><head>${head.markup}</head>\n<body>${body.markup}</body></html>\n`;
}

function figures({ profile, histories: seen, rows }: PageData): Markup {
  const { series, first, last, demand, suspects } = profile;
  const periods = seen.observed + seen.missing + seen.stockouts + seen.gapPeriods;
  const share = (part: number): string => percent(periods === 0 ? null : part / periods);
  const pairs: (readonly [string, string])[] = [
    ...(rows === null
      ? []
      : ([
          ['rows to be taken in', count(rows.accepted)],
          ['rows set aside', count(rows.quarantined)],
        ] as const)),
    ['series', count(series)],
    ['periods', first === null ? '-' : `${first} to ${last}`],
    ['demand', amount(demand)],
    ['zero', share(seen.zeros)],
    ['without a row', share(seen.gapPeriods)],
    ...(seen.missing > 0 ? [['empty', share(seen.missing)] as const] : []),
    ...(seen.stockouts > 0 ? [['sold out', share(seen.stockouts)] as const] : []),
    ['series worth a look', count(suspects)],
  ];
  return element(
    'dl',
    { class: 'figures' },
    ...pairs.map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value))),
  );
}

function notes({ profile, findings, checks: results }: PageData): Markup | null {
  const { newest } = profile;
  const lines = [
    ...(newest !== null && (newest.state === 'unfinished' || newest.state === 'low')
      ? [`${newest.period}, the newest period, is ${newest.state}: ${newest.reasons.join('; ')}`]
      : []),
    ...results
      .filter(({ status }) => status === 'failed')
      .map((check) => `the contract has failed, ${check.severity}: ${checkInWords(check)}`),
    ...findings.filter(notInProfile).map(({ message }) => message),
  ];
  return lines.length === 0
    ? null
    : element('ul', { class: 'notes' }, ...lines.map((line) => element('li', {}, line)));
}

function overTime({ timeline, newest }: DataProfile): Markup {
  const { points, periodsPerPoint } = timeline;
  const labels = [points[0], points[points.length >> 1], points.at(-1)].map((point) => point?.first ?? '');
  const shown = points.length < 3 ? [...new Set([labels[0] as string, labels[2] as string])] : labels;
  const isOpenEnded = newest?.state === 'unfinished' && periodsPerPoint === 1 && points.length > 1;
  const mean = periodsPerPoint === 1 ? '' : `, the mean of ${periodsPerPoint} periods each`;
  const chart = (title: string, values: readonly number[]): Markup =>
    timeChart({ title, line: { name: title, values }, labels: shown, isOpenEnded });
  return section('Over time', [
    element('p', { class: 'quiet' }, `Demand of all series per period${mean}`),
    chart(
      `Demand per period from ${labels[0]} to ${labels[2]}`,
      points.map(({ demand }) => demand),
    ),
    element('p', { class: 'quiet' }, `Series with a row${mean}`),
    element(
      'div',
      { class: 'short' },
      chart(
        `Series with a row per period from ${labels[0]} to ${labels[2]}`,
        points.map(({ series }) => series),
      ),
    ),
    isOpenEnded
      ? element('p', { class: 'quiet' }, 'The dot is the newest period, which is unfinished.')
      : null,
  ]);
}

function kinds({ classes, kinds: seen, selling, demand, series }: DataProfile): Markup {
  const share = (part: number, whole: number): string => percent(whole === 0 ? null : part / whole, 0);
  const table = element(
    'table',
    { class: 'stack' },
    element('caption', {}, 'Demand classes: how often a series sells, and how even the sizes are'),
    head(['class', 'series', 'of demand', 'sells'], [1, 2]),
    element(
      'tbody',
      {},
      ...classes.map((row) =>
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, row.demandClass),
          element('td', { class: 'number' }, count(row.series)),
          element('td', { class: 'number' }, share(row.demand, demand)),
          element(
            'td',
            { class: 'wide' },
            element('span', {
              class: 'bar',
              style: `width:${series === 0 ? 0 : Math.round((1000 * row.series) / series) / 250}rem`,
              'aria-hidden': 'true',
            }),
            ` ${classMeanings[row.demandClass]}`,
          ),
        ),
      ),
    ),
  );
  const rule =
    seen.length < selling ? `, or rather for ${count(seen.length)} drawn by a hash of their ids` : '';
  return section('Kinds of demand', [
    element(
      'div',
      { class: 'pair' },
      element('div', { class: 'scroll' }, table),
      element(
        'div',
        {},
        element(
          'p',
          { class: 'quiet' },
          `A dot for each series that sells${rule}: rarer to the right, sizes more uneven upwards`,
        ),
        kindsChart(
          `Series by the interval between their demands and the variation of sizes; most common class: ${mostCommon(classes)}`,
          seen,
        ),
      ),
    ),
  ]);
}

function mostCommon(classes: DataProfile['classes']): string {
  return classes.reduce((a, b) => (b.series > a.series ? b : a)).demandClass;
}

function shares({ concentration, series }: DataProfile): Markup | null {
  const { curve, largest, seriesForHalf } = concentration;
  if (largest === null || series < 2) return null;
  const half = seriesForHalf === 1 ? 'one series has' : `${count(seriesForHalf)} series have`;
  return section('Who has the demand', [
    element(
      'p',
      {},
      `${half.slice(0, 1).toUpperCase()}${half.slice(1)} half of all demand. The largest, `,
      keyMarkup(largest.seriesId),
      `, has ${percent(largest.share)}.`,
    ),
    element('p', { class: 'quiet' }, 'Share of the demand that the largest series have, the largest first'),
    shareChart(
      `Share of the demand by share of the series: a tenth of them has ${percent(curve[2], 0)}, half of them ${percent(curve[10], 0)}`,
      curve,
    ),
  ]);
}

function suspects({ suspicious, series }: DataProfile): Markup {
  if (suspicious.length === 0) return section('Worth a look', [element('p', {}, 'No series stands out.')]);
  return section('Worth a look', [
    element(
      'div',
      { class: 'scroll' },
      element(
        'table',
        { class: 'stack' },
        element(
          'caption',
          {},
          `Signs of wrong data, or of series that nobody should plan with, in ${plural(series, 'series', 'series')}`,
        ),
        head(['what', 'series', 'such as'], [1]),
        element(
          'tbody',
          {},
          ...suspicious.map((group) =>
            element(
              'tr',
              {},
              element('th', { scope: 'row' }, suspectNames[group.kind]),
              element('td', { class: 'number' }, count(group.series)),
              element(
                'td',
                { class: 'wide' },
                element(
                  'ul',
                  { class: 'examples' },
                  ...group.examples.map(({ seriesId, reason }) =>
                    element('li', {}, keyMarkup(seriesId), ` ${reason}`),
                  ),
                ),
              ),
            ),
          ),
        ),
      ),
    ),
  ]);
}

function histories({ pictures, sampleRule }: DataProfile): Markup {
  return section('Histories', [
    element(
      'p',
      { class: 'quiet' },
      `Shown: ${sampleRule}. Each from zero to its own highest value; the dot is where the sign was seen.`,
    ),
    element(
      'div',
      { class: 'histories' },
      ...pictures.map((picture) => {
        const { seriesId, because, demandClass, first, last, demand, values } = picture;
        const highest = values.reduce((a: number, b) => Math.max(a, b ?? 0), 0);
        const tag = because === 'largest' || because === 'sample' ? null : suspectNames[because];
        const said = `${demandClass}, ${first} to ${last}, demand ${amount(demand)}, highest point ${amount(highest)}`;
        return element(
          'figure',
          {},
          element(
            'figcaption',
            {},
            keyMarkup(seriesId),
            ' ',
            ...(tag === null ? [] : [element('span', { class: 'tag' }, tag)]),
            element('small', {}, said),
          ),
          element(
            'div',
            { class: 'plot' },
            sparkline(picture, `History of ${seriesId.slice(0, 80)}: ${said}`),
          ),
        );
      }),
    ),
  ]);
}

function quarantine({ rows }: PageData): Markup | null {
  const codes = Object.entries(rows?.quarantinedByCode ?? {}).sort((a, b) => b[1] - a[1]);
  if (codes.length === 0) return null;
  return section('Rows set aside', [
    element(
      'table',
      {},
      element(
        'caption',
        {},
        'Rows that would not be taken in, by reason; `almanac docs data` explains the words',
      ),
      head(['reason', 'rows'], [1]),
      element(
        'tbody',
        {},
        ...codes.map(([code, number]) =>
          element(
            'tr',
            {},
            element('th', { scope: 'row' }, code),
            element('td', { class: 'number' }, count(number)),
          ),
        ),
      ),
    ),
  ]);
}

function checks(results: readonly CheckResult[]): Markup | null {
  if (results.length === 0) return null;
  return section('Contract', [
    element(
      'div',
      { class: 'scroll' },
      element(
        'table',
        {},
        element('caption', {}, 'What the checks of the data contract came to'),
        head(['check', 'result', 'figure', 'must be'], [2]),
        element(
          'tbody',
          {},
          ...results.map(({ id, status, why, figure, unit, bound }) =>
            element(
              'tr',
              {},
              element('th', { scope: 'row' }, id),
              element('td', {}, why === null ? status : `${status}: ${why}`),
              element('td', { class: 'number' }, figure === null ? '-' : `${amount(figure)} ${unit}`),
              element('td', {}, bound),
            ),
          ),
        ),
      ),
    ),
  ]);
}

function section(title: string, parts: readonly (Markup | null)[]): Markup {
  return element('section', {}, element('h2', {}, title), markups(parts));
}

/** @param numbers which columns hold numbers */
function head(titles: readonly string[], numbers: readonly number[]): Markup {
  return element(
    'thead',
    {},
    element(
      'tr',
      {},
      ...titles.map((title, i) =>
        element('th', numbers.includes(i) ? { scope: 'col', class: 'number' } : { scope: 'col' }, title),
      ),
    ),
  );
}
