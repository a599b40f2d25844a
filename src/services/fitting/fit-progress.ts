// How far fitting a panel is. Its parts come one after the other; each gets the share of the bar that it takes as a rule.

import type { Panel } from '../../core/index.ts';
import { globalWork } from './global/global-budget.ts';

/** Told the share of a part that is done, 0 to 1. */
type Report = (share: number) => void;

/** In the order in which they come, with the words that a user sees. */
const messages = {
  backtest: 'backtest',
  globalBacktest: 'backtest of all series',
  choice: 'choice and intervals',
  globalFit: 'fit of all series',
  fit: 'fit',
  forecast: 'forecast',
} as const;

export type FitPart = keyof typeof messages;
export type FitProgress = Readonly<Record<FitPart, Report>>;

export interface FitSize {
  readonly panel: Panel;
  readonly horizon: number;
  /** Origins of the backtest. */
  readonly origins: number;
  /** Whether there is a model over all series. */
  readonly global: boolean;
  /** Whether every model forecasts what follows. */
  readonly forecastAll: boolean;
}

/** Microseconds of one thread, all univariate models together; measured on 10,000 series of 730 days. */
const cost = { backtestOfValue: 4.5, choiceOfCell: 22, fitOfValue: 1.7 } as const;

/** @param onProgress told what is done of the whole, 0 to 1, and what is being done */
export function fitProgress(
  size: FitSize,
  onProgress: ((fraction: number, message: string) => void) | undefined,
): FitProgress {
  const work = workOf(size);
  const parts = Object.keys(messages) as FitPart[];
  const whole = parts.reduce((sum, part) => sum + work[part], 0);
  let before = 0;
  const reports = parts.map((part): [FitPart, Report] => {
    const [from, share] = [before / whole, work[part] / whole];
    before += work[part];
    return [part, (done) => onProgress?.(from + share * done, messages[part])];
  });
  return Object.fromEntries(reports) as Record<FitPart, Report>;
}

/** Microseconds of one thread. */
function workOf({
  panel,
  horizon,
  origins,
  global,
  forecastAll,
}: FitSize): Readonly<Record<FitPart, number>> {
  const values = panel.series.reduce((sum, series) => sum + series.values.length, 1);
  const cells = panel.series.length * origins * horizon;
  const trees = global ? globalWork(panel, { horizon, origins }) : { backtest: 0, final: 0, forecast: 0 };
  return {
    backtest: cost.backtestOfValue * values * origins,
    globalBacktest: trees.backtest,
    choice: cost.choiceOfCell * cells,
    globalFit: trees.final,
    fit: cost.fitOfValue * values,
    forecast: forecastAll ? trees.forecast : 0,
  };
}
