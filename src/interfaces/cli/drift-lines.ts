// What a drift is, in sentences: of which kind and since when, which parts of the series drive it, what it may cost.

import type { DriftChange, DriftSegment } from '../../core/index.ts';
import { shortened } from './table.ts';
import { count, percent, plural } from './words.ts';

const nameMax = 30;

export function changeLines(change: DriftChange<string>): string[] {
  const { segments, segmentsBecause } = change;
  return [
    kindLine(change),
    ...segments.map(segmentLine),
    ...(segmentsBecause === null ? [] : [segmentsBecause]),
    costLine(change),
  ];
}

function kindLine({
  kind,
  kindBecause,
  began,
  beganBetween,
  ended,
  wasSoSince,
  n,
}: DriftChange<string>): string {
  const of = kind === 'unknown' ? `kind unknown: ${kindBecause ?? ''}` : kind;
  const since = began === null ? '' : `, since ${began}`;
  const [first, last] = beganBetween ?? [];
  const between = first === undefined || first === last ? '' : ` (95 %: ${first} to ${last})`;
  const until = ended === null || ended === began ? '' : `, complete by ${ended}`;
  const again = wasSoSince === null ? '' : `, as it was since ${wasSoSince}`;
  return `${of}${since}${between}${until}${again}; ${plural(n, 'period')} looked at`;
}

function segmentLine({
  attribute,
  value,
  series,
  seriesAll,
  shareOfChange,
  shareOfAll,
}: DriftSegment): string {
  const name = `${shortened(attribute, nameMax)} ${value === null ? '(not known)' : shortened(value, nameMax)}`;
  return (
    `${name}: ${percent(shareOfChange, 0)} of the change, ${percent(shareOfAll, 0)} of all ` +
    `(${count(series)} of ${count(seriesAll)} series)`
  );
}

function costLine({ cost }: DriftChange<string>): string {
  if (cost.status === 'unknown') return `cost unknown: ${cost.because}`;
  const { amount, between, isSure, errorsOf, series, steps } = cost;
  const of = errorsOf === 'forecasts' ? 'by errors of forecasts' : 'by errors of repeating what was usual';
  return (
    `may cost ${money(amount)} over ${plural(steps, 'period')} (95 %: ${money(between[0])} to ${money(between[1])}` +
    `${isSure ? '' : ', so perhaps nothing'}), ${of}, ${count(series)} series`
  );
}

/** As many digits as mean something. */
export function money(amount: number): string {
  return Math.abs(amount) >= 100
    ? count(Number(amount.toPrecision(3)))
    : String(Number(amount.toPrecision(3)));
}
