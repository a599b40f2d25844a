// A small panel with everything in it, for the tests of this room.

import { type Frequency, type Panel, Rng } from '../../core/index.ts';

export interface TestPanelOptions {
  readonly frequency?: Frequency;
  readonly seriesCount?: number;
  readonly periods?: number;
  readonly seed?: number;
  /** Share of the values that are zero, and that are unknown. */
  readonly zeros?: number;
  readonly unknown?: number;
  readonly withCovariates?: boolean;
}

/** Periods that known covariates reach past the history. */
export const plannedPeriods = 40;

/** Poisson demand with a weekly shape; covariates: flags `promo`, `holiday`, `price`, events, visitors (past), two attributes. */
export function testPanel(options: TestPanelOptions = {}): Panel {
  const { frequency = 'day', seriesCount = 6, periods = 500, seed = 1, zeros = 0, unknown = 0.03 } = options;
  const rng = new Rng(seed);
  const start = frequency === 'step' ? 1 : 17_000;
  const series = Array.from({ length: seriesCount }, (_, s) => ({
    id: `series ${s}`,
    start,
    values: Float64Array.from({ length: periods }, (_, t) => {
      const kind = rng.uniform();
      if (kind < unknown) return Number.NaN;
      return kind < unknown + zeros ? 0 : rng.poisson(4 * (s + 1) * (1 + (t % 7) / 7));
    }),
  }));
  const grid = { frequency, weekStart: 1 };
  if (options.withCovariates === false) return { grid, series };
  const rows = periods + plannedPeriods;
  const begins = Int32Array.from({ length: seriesCount + 1 }, (_, s) => s * rows);
  const column = (value: (s: number, t: number) => number): Float32Array =>
    Float32Array.from({ length: seriesCount * rows }, (_, i) => value(Math.floor(i / rows), i % rows));
  return {
    grid,
    series,
    covariates: {
      begins,
      starts: new Int32Array(seriesCount).fill(start),
      varying: [
        { name: 'promo', role: 'known', labels: null, values: column((_, t) => (t % 14 < 5 ? 1 : 0)) },
        { name: 'holiday', role: 'known', labels: null, values: column((_, t) => (t % 61 === 0 ? 1 : 0)) },
        {
          name: 'price',
          role: 'known',
          labels: null,
          values: column((s, t) => (s + 1) * (1 + 0.01 * (t % 30))),
        },
        {
          name: 'event',
          role: 'known',
          labels: ['none', 'fair', 'match'],
          values: column((_, t) => (t % 50 === 0 ? 1 : t % 33 === 0 ? 2 : 0)),
        },
        { name: 'visitors', role: 'past', labels: null, values: column(() => 100 * rng.uniform()) },
      ],
      fixed: [
        {
          name: 'format',
          labels: ['small', 'large'],
          values: Float32Array.from({ length: seriesCount }, (_, s) => s % 2),
        },
        {
          name: 'area',
          labels: null,
          values: Float32Array.from({ length: seriesCount }, (_, s) => 50 + 10 * s),
        },
      ],
    },
  };
}
