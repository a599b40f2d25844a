// The profile of a table for people at a terminal, in 80 columns.

import { keyShown } from '../../core/index.ts';
import type { DataProfile, Finding, SeriesSummary, SuspectKind } from '../../services/data/index.ts';
import type { Printer } from './printer.ts';
import { shortened } from './table.ts';
import { count, percent, plural } from './words.ts';

const widthMax = 80;
const keyWidth = 22;

/** What the classes mean to somebody who plans. */
export const classMeanings: Readonly<Record<DataProfile['classes'][number]['demandClass'], string>> = {
  smooth: 'nearly every period, even sizes',
  erratic: 'nearly every period, uneven sizes',
  intermittent: 'now and then, even sizes',
  lumpy: 'now and then, uneven sizes',
};

/** What a suspicion is called, and what it may mean. */
export const suspectNames: Readonly<Record<SuspectKind, string>> = {
  negative: 'below zero',
  'unit-change': 'jump in unit',
  outlier: 'outlier',
  ended: 'ended',
  constant: 'constant',
  once: 'one sale only',
  never: 'never sold',
  'look-alike': 'look-alike ids',
  dominant: 'most of all demand',
};

export function printProfile(
  printer: Printer,
  { profile, histories }: { readonly profile: DataProfile; readonly histories: SeriesSummary },
): void {
  const { bold, dim } = printer.colours;
  const { series, first, last, demand } = profile;
  if (series === 0 || first === null || last === null) {
    printer.line('no series');
    return;
  }
  printer.line(
    `${bold(plural(series, 'series', 'series'))}, ${first} to ${last}, demand ${amount(demand)} in all`,
  );
  printer.line(periodsLine(histories));
  for (const line of [...sharesLines(profile), ...newestLines(profile)]) printer.line(line);
  printer.line();
  printer.table(
    [
      { title: 'demand class', value: ({ demandClass }) => demandClass },
      { title: 'series', align: 'right', value: (row) => count(row.series) },
      { title: 'demand', align: 'right', value: (row) => percent(demand === 0 ? null : row.demand / demand) },
      { title: 'sells', value: ({ demandClass }) => dim(classMeanings[demandClass]) },
    ],
    profile.classes,
  );
  if (profile.suspicious.length === 0) return;
  printer.line();
  printSuspects(printer, profile);
}

function printSuspects(printer: Printer, { suspicious }: DataProfile): void {
  const rows = suspicious.flatMap(({ kind, series, examples }) =>
    examples.slice(0, 2).map((example, i) => ({
      ...example,
      kind: i === 0 ? suspectNames[kind] : '',
      series: i === 0 ? count(series) : '',
    })),
  );
  const seriesWidth = Math.max(6, ...rows.map((row) => row.series.length));
  const left = 18 + 2 + seriesWidth + 2;
  printer.table(
    [
      { title: 'worth a look', value: ({ kind }) => printer.colours.yellow(kind.padEnd(18)) },
      { title: 'series', align: 'right', value: (row) => row.series },
      {
        title: 'such as',
        value: ({ seriesId, reason }) =>
          shortened(`${shortened(keyShown(seriesId), keyWidth)} ${reason}`, widthMax - left),
      },
    ],
    rows,
  );
}

/** `of 900 periods 12.3 % zero, 4.0 % without a row`, and what else there is. */
export function periodsLine({ observed, missing, stockouts, gapPeriods, zeros }: SeriesSummary): string {
  const periods = observed + missing + stockouts + gapPeriods;
  const share = (part: number): string => percent(periods === 0 ? 0 : part / periods);
  const parts = [
    `${share(zeros)} zero`,
    `${share(gapPeriods)} without a row`,
    ...(missing > 0 ? [`${share(missing)} empty`] : []),
    ...(stockouts > 0 ? [`${share(stockouts)} sold out`] : []),
  ];
  return `of ${plural(periods, 'period')} ${parts.join(', ')}`;
}

function sharesLines({ concentration, series }: DataProfile): string[] {
  const { largest, seriesForHalf } = concentration;
  if (largest === null || series < 2) return [];
  const half = seriesForHalf === 1 ? 'one series has' : `${count(seriesForHalf)} series have`;
  return [
    `${half} half of it; the largest, ${shortened(keyShown(largest.seriesId), keyWidth)}, has ${percent(largest.share)}`,
  ];
}

/** Of the newest period, where there is something to say. */
export function newestLines({ newest }: DataProfile): string[] {
  if (newest === null || newest.state === 'usual' || newest.state === 'unknown') return [];
  const { period, state, reasons } = newest;
  return [`${period}, the newest period, is ${state}:`, ...reasons.map((reason) => `  ${reason}`)];
}

/** Findings that a profile shows in another way are said once. */
export function notInProfile({ kind }: Finding): boolean {
  return kind !== 'look-alike' && kind !== 'unit-change' && kind !== 'gaps';
}

/** With two digits after the point where they count. */
export function amount(value: number): string {
  return value.toLocaleString('en-US', {
    maximumFractionDigits: Math.abs(value) >= 100 ? 0 : 2,
  });
}
