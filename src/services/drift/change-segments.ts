// Which parts of the series drive a change: values of attributes, or of a part of their names, whose change is far more than their size.

import { type DriftSegment, type Panel, type Project, seriesPartsOf } from '../../core/index.ts';
import { sliceChange } from '../../forecasting/drift/index.ts';
import { type Cell, type Expecting, expectedOf } from './watched-cells.ts';

export interface ChangeOfSeries {
  /** Index in the panel. */
  readonly s: number;
  /** Mean over the periods in which both are known. */
  readonly expected: number;
  readonly now: number;
}

/** Values of an attribute at most: more of them are nothing a person looks through. */
const valuesMax = 1_000;
/** Numbers of so many values are kinds; of more, they are amounts. */
const numbersMax = 20;
const attributesShown = 3;
const segmentsShown = 3;
/** What drives a change makes most of it, … */
const mostOfIt = 0.8;
/** … and by so much more than its size. */
const moreThanSize = 0.15;
/** Series each by itself are segments of so few. */
const seriesFew = 60;

/** Each series that something is known of, in the window and of what was expected there. Cost: O(series × periods × 32 at most) */
export function changesOfSeries(
  cell: Cell,
  members: Iterable<number>,
  { from, to, expecting }: { readonly from: number; readonly to: number; readonly expecting: Expecting },
): ChangeOfSeries[] {
  const changes: ChangeOfSeries[] = [];
  for (const s of members) {
    let [expected, now, count] = [0, 0, 0];
    for (let period = from; period <= to; period++) {
      const value = cell(s, period);
      if (!Number.isFinite(value)) continue;
      const usual = expectedOf(cell, { s, period, before: from }, expecting);
      if (!Number.isFinite(usual)) continue;
      expected += usual;
      now += value;
      count++;
    }
    if (count > 0) changes.push({ s, expected: expected / count, now: now / count });
  }
  return changes;
}

/** @param byVolume parts are measured by what was expected of them, not by their series */
export function segmentsOf(
  { project, panel }: { readonly project: Pick<Project, 'columns'>; readonly panel: Panel },
  changes: readonly ChangeOfSeries[],
  byVolume: boolean,
): Pick<{ segments: DriftSegment[]; segmentsBecause: string | null }, 'segments' | 'segmentsBecause'> {
  if (changes.length < 2) return none('fewer than two series can be compared');
  const attributes = attributesOf(project, panel, changes);
  if (attributes.length === 0)
    return none('no attribute tells the series apart: name some in columns.static');
  const found = attributes
    .map((attribute) => drivers(attribute, changes, byVolume))
    .filter((one) => one !== null)
    .sort((a, b) => b.score - a.score)
    .slice(0, attributesShown);
  if (found.length === 0)
    return none(
      `no part of the series drives it: looked at ${attributes.map(({ name }) => name).join(', ')}`,
    );
  return { segments: found.flatMap(({ segments }) => segments), segmentsBecause: null };
}

function none(because: string): { segments: DriftSegment[]; segmentsBecause: string } {
  return { segments: [], segmentsBecause: because };
}

interface Attribute {
  readonly name: string;
  /** One per change. */
  readonly values: readonly (string | null)[];
}

function attributesOf(
  { columns }: Pick<Project, 'columns'>,
  panel: Panel,
  changes: readonly ChangeOfSeries[],
): Attribute[] {
  const parts = columns.series.map((name, k): Attribute => {
    const of = ({ s }: ChangeOfSeries): string | null =>
      seriesPartsOf(panel.series[s]?.id ?? '', columns.series.length)[k] ?? null;
    return { name, values: changes.map(of) };
  });
  const fixed = (panel.covariates?.fixed ?? []).map(({ name, labels, values }): Attribute => {
    const of = ({ s }: ChangeOfSeries): string | null => {
      const code = values[s] ?? Number.NaN;
      return Number.isNaN(code) ? null : labels === null ? String(code) : (labels[code] ?? null);
    };
    return { name, values: changes.map(of) };
  });
  const isAmount = new Set(
    (panel.covariates?.fixed ?? [])
      .filter(({ labels, values }) => labels === null && new Set(values).size > numbersMax)
      .map(({ name }) => name),
  );
  return [...parts, ...fixed].filter(({ name, values }) => {
    const distinct = new Set(values).size;
    const most = changes.length <= seriesFew ? changes.length : Math.min(valuesMax, changes.length / 2);
    return distinct >= 2 && distinct <= most && !isAmount.has(name);
  });
}

/** The few values that make most of the change; null where they do no more than their size. */
function drivers(
  { name, values }: Attribute,
  changes: readonly ChangeOfSeries[],
  byVolume: boolean,
): { readonly score: number; readonly segments: DriftSegment[] } | null {
  const split = sliceChange(
    { slices: values, values: changes.map(() => 0) },
    { slices: values, values: changes.map(({ expected, now }) => now - expected) },
    { most: 2 * segmentsShown },
  );
  if (split.status !== 'ok' || split.change === 0) return null;
  const weight = (one: ChangeOfSeries): number => (byVolume ? Math.abs(one.expected) : 1);
  const all = changes.reduce((sum, one) => sum + weight(one), 0);
  const segments: DriftSegment[] = [];
  let [covered, size] = [0, 0];
  for (const { slice, total, nCurrent } of split.slices.slice(0, segmentsShown)) {
    if (covered >= mostOfIt || total / split.change <= 0) break;
    const own = changes.filter((_, i) => values[i] === slice);
    const shareOfAll = all === 0 ? 0 : own.reduce((sum, one) => sum + weight(one), 0) / all;
    covered += total / split.change;
    size += shareOfAll;
    segments.push({
      attribute: name,
      value: slice,
      series: nCurrent,
      seriesAll: changes.length,
      shareOfChange: total / split.change,
      shareOfAll,
      before: own.reduce((sum, { expected }) => sum + expected / own.length, 0),
      now: own.reduce((sum, { now }) => sum + now / own.length, 0),
    });
  }
  const score = Math.min(1, covered) - size;
  return score < moreThanSize ? null : { score, segments };
}
