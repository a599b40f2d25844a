// Figures on labels for one look at a project: accuracy of windows of closed periods, each window counted once, and none of them
// larger than a look may cost.

import { type Project, periodLabel } from '../../core/index.ts';
import type { PredictionStore } from '../../storage/ports/index.ts';
import type { AccuracyMonitor, AccuracyReport } from '../monitor/index.ts';

export interface LabelFiguresOptions {
  readonly monitor: Pick<AccuracyMonitor, 'accuracy'>;
  readonly store: Pick<PredictionStore, 'predictionStats'>;
  readonly project: Project;
}

export interface Window {
  readonly from: number;
  readonly to: number;
}

/** Predictions of one window: where there are more, the window is shorter. */
const predictionsMax = 300_000;

export class LabelFigures {
  readonly #options: LabelFiguresOptions;
  readonly #reports: Map<string, Promise<AccuracyReport>> = new Map();
  #perPeriod: Promise<number> | undefined;

  constructor(options: LabelFiguresOptions) {
    this.#options = options;
  }

  /** The last `periods` up to `to`, or as many of them as may be counted in one look. */
  async window(to: number, periods: number): Promise<Window> {
    this.#perPeriod ??= this.#predictionsPerPeriod();
    const perPeriod = await this.#perPeriod;
    const { horizonSteps } = this.#options.project;
    const most = perPeriod > 0 ? Math.floor(predictionsMax / perPeriod) - horizonSteps : periods;
    return { from: to - Math.max(1, Math.min(periods, most)) + 1, to };
  }

  /** How good forecasts of these periods were, on the labels known now. */
  async of({ from, to }: Window): Promise<AccuracyReport> {
    const key = `${from} ${to}`;
    const known = this.#reports.get(key);
    if (known !== undefined) return await known;
    const { monitor, project } = this.#options;
    const report = monitor.accuracy(project, { fromPeriod: from, toPeriod: to });
    this.#reports.set(key, report);
    return await report;
  }

  /** As people write it. */
  shown({ from, to }: Window): { from: string; to: string } {
    const { grid } = this.#options.project;
    return { from: periodLabel(grid, from), to: periodLabel(grid, to) };
  }

  async #predictionsPerPeriod(): Promise<number> {
    const { store, project } = this.#options;
    const { count, cutoffMin, cutoffMax } = await store.predictionStats(project.name);
    if (cutoffMin === null || cutoffMax === null) return 0;
    return count / (cutoffMax - cutoffMin + 1);
  }
}
