// Is there enough to fit and judge a model? Asked before anything is fitted, so that the answer is a sentence and not a bad model.

import { AppError, covariatesOf, type Panel, type Project, type Series } from '../../core/index.ts';
import { rollingOrigins } from '../../forecasting/evaluate/index.ts';

/** Periods per cycle that scales and folds go by; 1 = none. */
export function leadingSeason(project: Pick<Project, 'seasons'>): number {
  return project.seasons.find((season) => season > 1) ?? 1;
}

export interface TrainablePanel {
  /** The series that are fitted. */
  readonly panel: Panel;
  /** Ids of series below the contract's minimum: a baseline serves them. */
  readonly short: readonly Series[];
}

/**
 * Leaves out series that are too short to fit.
 * @throws AppError `train/no-data` without any series, `train/not-enough-data` when no series is long enough to be judged
 */
export function trainable(project: Project, panel: Panel): TrainablePanel {
  const { name, horizonSteps, contract } = project;
  if (panel.series.length === 0) {
    throw new AppError('train/no-data', `project ${name} has no observations: send history first`);
  }
  const kept = panel.series.filter(({ values }) => values.length >= contract.historyPeriodsMin);
  const season = leadingSeason(project);
  const judged = kept.some(
    ({ values }) =>
      rollingOrigins(values.length, { span: horizonSteps, originsMax: 1, season }).length > 0 &&
      values.some(Number.isFinite),
  );
  if (!judged) {
    const longest = panel.series.reduce((most, { values }) => Math.max(most, values.length), 0);
    const needed = trainingPeriodsMin(project);
    throw new AppError(
      'train/not-enough-data',
      `the longest series of ${name} has ${longest} periods; a backtest over ${horizonSteps} steps with season ${season} needs ${needed}: add history, or shorten \`horizonSteps\` or \`seasons\``,
      { details: { project: name, periods: longest, needed } },
    );
  }
  const short = panel.series.filter(({ values }) => values.length < contract.historyPeriodsMin);
  return { panel: panelOf(panel, kept), short };
}

/** The panel of some of its series, covariates included. Cost: O(series), and one copy of the covariates kept. */
export function panelOf(panel: Panel, series: readonly Series[]): Panel {
  const indexOf = new Map(panel.series.map(({ id }, s) => [id, s]));
  const indices = series.map(({ id }) => indexOf.get(id) as number);
  const covariates = panel.covariates && covariatesOf(panel.covariates, indices);
  return { grid: panel.grid, series, ...(covariates === undefined ? {} : { covariates }) };
}

/** Periods of history below which no series can be fitted and judged. */
export function trainingPeriodsMin(project: Pick<Project, 'horizonSteps' | 'seasons' | 'contract'>): number {
  const { horizonSteps, contract } = project;
  return Math.max(contract.historyPeriodsMin, periodsNeeded(horizonSteps, leadingSeason(project)));
}

/** The shortest history that has one backtest fold. */
function periodsNeeded(horizon: number, season: number): number {
  let length = horizon + 1;
  while (rollingOrigins(length, { span: horizon, originsMax: 1, season }).length === 0) length++;
  return length;
}
