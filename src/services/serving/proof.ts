// Proof before traffic: a version about to serve forecasts a sample of series first, beside the one it replaces.

import { faultOf } from '../../forecasting/models/index.ts';
import type { ServedModel } from './served-model.ts';

const samplesMax = 256;
/** Share of sampled series whose forecast may be absurdly large, though not all of them: those are served by the baseline. */
const absurdShareMax = 0.05;
/** The new version's total may differ from the old one's by this factor. */
const totalFactorMax = 10;

/**
 * Forecasts every k-th series with the candidate and looks for reasons to refuse it: numbers that are not finite, below
 * zero where demand is not, crossing quantiles, or totals far from the serving version's.
 * @returns why the candidate must not serve, undefined when it may. Cost: 2 × 256 forecasts, breathing between them.
 */
export async function reasonToRefuse(
  candidate: ServedModel,
  serving: ServedModel | undefined,
  breathe: () => Promise<void>,
): Promise<string | undefined> {
  const { project, model } = candidate;
  const count = model.seriesIds.length;
  if (count === 0) return 'the artifact has no series';
  if (model.grid && model.grid.frequency !== project.grid.frequency)
    return `it was trained per ${model.grid.frequency}, the project is per ${project.grid.frequency}`;
  if (model.levels.length === 0) return 'the artifact has no quantile levels';
  const golden = model.goldenFault?.();
  if (golden !== undefined) return golden;
  const step = Math.max(1, Math.floor(count / samplesMax));
  const ask = { horizon: project.horizonSteps, levels: project.levels };
  const totals = { candidate: 0, serving: 0 };
  let samples = 0;
  let absurd = 0;
  for (let series = 0; series < count; series += step) {
    const id = model.seriesIds[series] as string;
    const state = candidate.hot.stateAt(series, candidate.cutoffOf(id));
    if (!state) continue;
    const forecast = model.forecast(series, state, ask);
    const fault = faultOf(forecast, {
      levelCount: ask.levels.length,
      nonNegative: project.nonNegative,
      largest: candidate.hot.largest(series),
    });
    samples++;
    if (fault === 'absurd') absurd++;
    else if (fault) return `its forecast of series "${id}" is ${fault}`;
    const old = serving?.forecast(id, serving.cutoffOf(id), ask);
    if (fault === undefined && old?.source === 'model') {
      totals.candidate += sum(forecast.mean);
      totals.serving += sum(old.mean);
    }
    if (samples % 32 === 0) await breathe();
  }
  if (absurd > 0 && (absurd === samples || (absurd > 1 && absurd > absurdShareMax * samples)))
    return `${absurd} of ${samples} sampled series would be forecast at over 10 times their largest demand`;
  return compareTotals(totals);
}

function compareTotals(totals: { candidate: number; serving: number }): string | undefined {
  const ratio = totals.candidate / totals.serving;
  if (!(totals.serving > 0) || (ratio <= totalFactorMax && ratio >= 1 / totalFactorMax)) return undefined;
  return `its forecasts add up to ${ratio.toPrecision(2)} times those of the version that serves now`;
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
