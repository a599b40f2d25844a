// Scores over several test windows: of each window by itself, of all together, and series by series for whoever compares models.

import { type PairedRatio, pairedRatio } from './paired-ratio.ts';
import type { ScaleFrom } from './scales.ts';
import { type ForecastToScore, type Metrics, Scorecard, type SeriesLosses } from './scorecard.ts';

/** What models are compared by: errors in units of each series, errors in units of demand, and quantiles. */
export const comparedBy = ['rmsse', 'wape', 'spl'] as const;
export type ComparedBy = (typeof comparedBy)[number];

/** A model's loss over another's, by metric; null = no series could be scored by both. */
export type Comparison = Readonly<Record<ComparedBy, PairedRatio | null>>;

/** A figure of several windows. */
export interface WindowSpread {
  readonly mean: number;
  /** Standard deviation over the windows, by n − 1. */
  readonly deviation: number;
  /** Windows that have the figure. */
  readonly windows: number;
}

/** Figures whose spread over windows is told. */
export type WindowFigure =
  | 'smape'
  | 'mase'
  | 'rmsse'
  | 'wape'
  | 'bias'
  | 'spl'
  | 'wql'
  | 'coverage80'
  | 'coverage95'
  | 'msis95';

const figureOf: Readonly<Record<WindowFigure, (metrics: Metrics) => number | null>> = {
  smape: ({ smape }) => smape,
  mase: ({ mase }) => mase,
  rmsse: ({ rmsse }) => rmsse,
  wape: ({ wape }) => wape,
  bias: ({ bias }) => bias,
  spl: ({ spl }) => spl,
  wql: ({ wql }) => wql,
  coverage80: ({ coverage }) => coverage['0.8'] ?? null,
  coverage95: ({ coverage }) => coverage['0.95'] ?? null,
  msis95: ({ msis }) => msis['0.95'] ?? null,
};

interface ScoresShape {
  /** Series of the whole panel; those of a window are named by their place in it. */
  readonly series: number;
  readonly windows: number;
  /** What MASE is scaled by, ≥ 1, and from where on. */
  readonly season: number;
  readonly maseFrom?: ScaleFrom | undefined;
  /** Ascending in (0, 1), [] = points only. */
  readonly levels: readonly number[];
}

/** One model's scores. Memory: 3 × windows × series numbers. */
export class WindowScores {
  readonly #shape: ScoresShape;
  readonly #whole: Scorecard;
  /** None where the only window is the whole. */
  readonly #windows: readonly Scorecard[];
  /** By metric, shape [windows × series], NaN = not scored; WAPE by its absolute errors, as demand is the same for all models. */
  readonly #losses: Readonly<Record<ComparedBy, Float64Array>>;

  constructor(shape: ScoresShape) {
    this.#shape = shape;
    this.#whole = new Scorecard(shape);
    const apart = shape.windows > 1 ? shape.windows : 0;
    this.#windows = Array.from({ length: apart }, () => new Scorecard(shape));
    const unscored = (): Float64Array => new Float64Array(shape.windows * shape.series).fill(Number.NaN);
    this.#losses = { rmsse: unscored(), wape: unscored(), spl: unscored() };
  }

  /** Scores a series in a window. */
  add(at: { readonly window: number; readonly series: number }, forecast: ForecastToScore): void {
    const losses: SeriesLosses | undefined = this.#whole.add(forecast);
    this.#windows[at.window]?.add(forecast);
    if (losses === undefined) return;
    const place = at.window * this.#shape.series + at.series;
    this.#losses.rmsse[place] = losses.rmsse;
    this.#losses.wape[place] = losses.absoluteError;
    this.#losses.spl[place] = losses.spl;
  }

  /** Over all windows. */
  metrics(): Metrics {
    return this.#whole.metrics();
  }

  /** Of each window, by its number; [] where there is but one. */
  byWindow(): Metrics[] {
    return this.#windows.map((card) => card.metrics());
  }

  /** How each figure lies over the windows; null where fewer than two have it. */
  spread(): Record<WindowFigure, WindowSpread | null> {
    const windows = this.byWindow();
    const entries = Object.entries(figureOf).map(([name, read]) => [name, windowSpread(windows.map(read))]);
    return Object.fromEntries(entries) as Record<WindowFigure, WindowSpread | null>;
  }

  /** These losses over those of another model of the same shape. */
  against(other: WindowScores): Comparison {
    const { windows, series } = this.#shape;
    const of = (metric: ComparedBy): PairedRatio | null =>
      pairedRatio({ windows, series, mine: this.#losses[metric], theirs: other.#losses[metric] });
    return { rmsse: of('rmsse'), wape: of('wape'), spl: of('spl') };
  }
}

function windowSpread(figures: readonly (number | null)[]): WindowSpread | null {
  const known = figures.filter((figure) => figure !== null);
  if (known.length < 2) return null;
  const mean = known.reduce((sum, figure) => sum + figure, 0) / known.length;
  const squares = known.reduce((sum, figure) => sum + (figure - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (known.length - 1)), windows: known.length };
}
