// Of the labels behind accuracy and coverage: each is a row of its series, or the zero of a period that is closed for it.

import type { PredictionRecord } from '../../src/storage/ports/index.ts';
import type { Finding, Invariant } from './invariants.ts';
import type { Oracle, Truth } from './oracle.ts';
import type { SimProcess } from './process.ts';
import type { Pump } from './pump.ts';
import type { Seen } from './simulation.ts';

type Found = Omit<Finding, 'step'>;

const tolerance = 1e-9;

/** Asks the accuracy of single periods, series by series, so that each label shows. */
export async function checkLabels(
  seen: Seen & Pump,
  oracle: Oracle,
  asked: { readonly process: SimProcess; readonly periods: readonly number[] },
): Promise<Found[]> {
  const found: Found[] = [];
  const { sim } = oracle;
  const known = oracle.knowledge(seen.time.now());
  const everything = { cutoffMin: Number.MIN_SAFE_INTEGER, cutoffMax: Number.MAX_SAFE_INTEGER };
  const predictions = await seen.store.scanPredictions(sim.project.name, { ...everything, limit: 100_000 });
  for (const period of asked.periods) {
    const query = { fromPeriod: period, toPeriod: period, groupBy: 'series' as const };
    const report = await seen.pump(asked.process.monitor.accuracy(sim.project, query));
    for (const { key, labelsDue, labelsJoined, metrics } of report.groups ?? []) {
      const series = sim.series.find(({ id }) => id === key);
      if (series === undefined) continue;
      const truth = known.truth(series, period);
      const isOwn = known.isOwn(series, period) || known.ownNewest(series) >= period;
      const about = { truth, isOwn, labelsDue, labelsJoined, mae: metrics.mae };
      const own = predictions.filter(({ seriesId }) => seriesId === key);
      for (const [invariant, what] of judge(about, errorsOf(own, period, truth)))
        found.push({
          invariant,
          what: `${asked.process.name}, ${sim.project.name}, series ${key}, period ${period}: ${what}`,
        });
    }
  }
  return found;
}

function judge(
  figure: { truth: Truth; isOwn: boolean; labelsDue: number; labelsJoined: number; mae: number | null },
  errors: { min: number; max: number },
): [Invariant, string][] {
  const { truth, isOwn, labelsDue, labelsJoined, mae } = figure;
  if (typeof truth !== 'number') {
    if (labelsJoined === 0) return [];
    const invariant = truth === 'refused' ? 'refused-is-unknown' : 'label-is-not-invented';
    return [[invariant, `${labelsJoined} labels are counted, and the period is ${truth} (MAE ${mae})`]];
  }
  if (isOwn && labelsJoined < labelsDue)
    return [
      [
        'label-is-not-lost',
        `${labelsJoined} of ${labelsDue} labels are counted, and demand is known: ${truth}`,
      ],
    ];
  const isBetween = mae === null || (mae >= errors.min - tolerance && mae <= errors.max + tolerance);
  if (isBetween) return [];
  return [
    ['label-is-not-invented', `MAE ${mae} is not that of demand ${truth}: ${errors.min} to ${errors.max}`],
  ];
}

/** The smallest and the largest error of forecasts of a period. */
function errorsOf(
  predictions: readonly PredictionRecord[],
  period: number,
  truth: Truth,
): { min: number; max: number } {
  let [min, max] = [Number.POSITIVE_INFINITY, 0];
  for (const { cutoff, mean } of predictions) {
    const forecast = mean[period - cutoff - 1];
    if (forecast === undefined || typeof truth !== 'number') continue;
    min = Math.min(min, Math.abs(forecast - truth));
    max = Math.max(max, Math.abs(forecast - truth));
  }
  return { min, max };
}

/** Coverage counts no more labels than there are forecasts of periods whose demand is known. */
export async function checkCoverage(
  seen: Seen & Pump,
  oracle: Oracle,
  process: SimProcess,
): Promise<Found[]> {
  const { sim } = oracle;
  const report = await seen.pump(process.coverage.measure(sim.project));
  const known = oracle.knowledge(seen.time.now());
  const everything = { cutoffMin: Number.MIN_SAFE_INTEGER, cutoffMax: Number.MAX_SAFE_INTEGER };
  const predictions = await seen.store.scanPredictions(sim.project.name, { ...everything, limit: 100_000 });
  let count = 0;
  for (const { seriesId, cutoff, mean } of predictions) {
    const series = sim.series.find(({ id }) => id === seriesId);
    for (let lead = 1; series !== undefined && lead <= mean.length; lead++)
      if (typeof known.truth(series, cutoff + lead) === 'number') count++;
  }
  if (report.labels <= count) return [];
  const what = `${process.name}, ${sim.project.name}: coverage counts ${report.labels} labels, ${count} can be known`;
  return [{ invariant: 'label-is-not-invented', what }];
}
