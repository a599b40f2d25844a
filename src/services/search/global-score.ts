// One evaluation of the model over all series: trained before each held-back window, its loss series by series.

import type { Panel, Project, Series } from '../../core/index.ts';
import { isIntermittent, lossOf, lossScale } from '../../forecasting/evaluate/index.ts';
import { type GlobalTraining, type KernelCrew, trainGlobal } from '../../forecasting/models/index.ts';
import { holdBack } from '../evaluation/index.ts';
import { boosterOf, forecastBlocks, formsFor, searchRows, withParams } from '../fitting/index.ts';
import { leadingSeason } from '../train/index.ts';
import type { ObjectiveAsk } from './objective.ts';

export interface GlobalScoreInput {
  readonly panel: Panel;
  readonly project: Pick<Project, 'horizonSteps' | 'seasons' | 'nonNegative' | 'seed' | 'gbdt'>;
}

/** Fewer rows than this teach nothing about parameters. */
const rowsMin = 2000;
/** At low fidelity only a share of the series is scored, but never fewer than these. */
const scoredSeriesMin = 500;

/**
 * Mean loss over the folds of each series, in units of its scale: the currency in which models are chosen.
 * @returns shape [series of the panel], NaN = not scored: too short, nothing known in the window, or left out by the share
 * @throws AppError `models/…` when the trees refuse the parameters
 * Cost: per fold one training on the share of the rows, and series × horizon rows forecast.
 */
export function scoreGlobal(input: GlobalScoreInput, ask: ObjectiveAsk, crew?: KernelCrew): Float64Array {
  const { panel, project } = input;
  const { series } = panel;
  const sums = new Float64Array(series.length);
  const counts = new Int32Array(series.length);
  const indexOf = new Map(series.map(({ id }, s) => [id, s]));
  const step = Math.max(1, Math.floor(Math.min(1 / ask.share, series.length / scoredSeriesMin)));
  const season = leadingSeason(project);
  for (const fold of ask.folds) {
    const held = holdBack(panel, { horizon: project.horizonSteps, testSteps: null, fold });
    if (held.panel.series.length === 0) continue;
    const parts = trainGlobal(
      held.panel,
      trainingOf(input, held.panel, ask),
      crew === undefined ? {} : { crew },
    );
    const wanted = held.panel.series.flatMap((_, s) => (s % step === 0 ? [s] : []));
    const lastOf = (s: number): number => (held.panel.series[s] as Series).values.length - 1;
    forecastBlocks(
      { panel: held.panel, parts, horizon: project.horizonSteps, levels: [], crew, series: wanted, lastOf },
      (s, means) => {
        const { id, values } = held.panel.series[s] as Series;
        const actual = held.actuals[s] as Float64Array;
        const kind = isIntermittent(values, season) ? 'squared' : 'absolute';
        const errors = actual.map((value, k) => value - (means[k] as number));
        const loss = lossOf(errors, kind);
        const scaled = loss === 0 ? 0 : loss / lossScale(values, { kind, season });
        if (!Number.isFinite(scaled)) return;
        const at = indexOf.get(id) as number;
        sums[at] = (sums[at] as number) + scaled;
        counts[at] = (counts[at] as number) + 1;
      },
    );
  }
  return sums.map((sum, s) => sum / (counts[s] as number));
}

function trainingOf({ project }: GlobalScoreInput, panel: Panel, ask: ObjectiveAsk): GlobalTraining {
  const { horizonSteps: horizon, seasons, nonNegative, seed, gbdt } = project;
  return withParams(
    {
      horizon,
      seasons,
      nonNegative,
      form: formsFor(panel)[0] ?? 'ratio',
      // A promise about the forecasts, not a parameter to be found: it holds in the search as well.
      priceEffect: gbdt?.priceEffect,
      rowsMax: Math.max(rowsMin, Math.round(searchRows(panel, horizon) * ask.share)),
      booster: boosterOf(panel),
      members: 1,
      levels: [],
      seed,
    },
    ask.params,
  );
}
