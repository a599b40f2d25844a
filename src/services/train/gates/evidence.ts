// What gates judge a new version by: gathered once, off the event loop, from the version's own bytes beside the champion's.

import type { PairedLosses } from '../../../forecasting/evaluate/index.ts';
import type { Fault } from '../../../forecasting/models/index.ts';
import type { GateResult } from '../gate.ts';

/** Of the bytes themselves. */
export interface ArtifactFacts {
  /** Why they do not load, or forecast otherwise than where they were made; null = they do. */
  readonly fault: string | null;
  /** What does not fit the project: grid, horizon, quantile levels; null = all does. */
  readonly misfit: string | null;
  readonly bytes: number;
  readonly championBytes: number | null;
  readonly series: number;
  readonly championSeries: number | null;
}

/** What it was learnt from, beside what the champion knew. Periods are those of the project. */
export interface DataFacts {
  /** The newest period of the histories it was to learn from. */
  readonly newest: number;
  /** The newest period that the version knows of. */
  readonly known: number;
  /** Series that the champion forecasts, that go on, and how many of them the version does not know. */
  readonly living: number;
  readonly lost: number;
}

/** Over the folds of the backtest, on the same series. In units of each series' scale. */
export interface LossFacts {
  /** All series of the sample together, against the champion or seasonal naive. */
  readonly offline: GateResult;
  /** The same fold by fold. Shape [origins × series]. */
  readonly paired: PairedLosses;
  /** Of the version's own bytes (`mine`) beside what its training reported (`theirs`). */
  readonly reproduced: PairedLosses;
  /**
   * Where columns were known ahead at the folds and have no plans now: of the bytes not told them (`mine`), beside what its training
   * reported and beside seasonal naive. Null = all is planned as it was.
   */
  readonly untold: {
    readonly columns: readonly string[];
    readonly reported: PairedLosses;
    readonly naive: PairedLosses;
  } | null;
  /** Pinball loss of the upper quantile that stock is held for; null without a champion. */
  readonly service: (PairedLosses & { readonly level: number }) | null;
  /** Per series, over its folds: Σ|error| of both, Σ|demand|. */
  readonly errors: {
    readonly mine: Float64Array;
    readonly theirs: Float64Array;
    readonly demand: Float64Array;
  };
}

/** Series of one kind: `store = 7`, `intermittent demand`. */
export interface Slice {
  readonly column: string;
  readonly value: string;
  /** Indices of series in `LossFacts`. */
  readonly series: readonly number[];
}

/** How often demand lay in a central interval of the version's, origin by origin. */
export interface CoverageFacts {
  readonly nominal: number;
  /** Share of the origin's known periods inside, with the mass of a truth that is itself a quantile shared out. */
  readonly shares: readonly number[];
  readonly periods: number;
}

/** Forecasts as they would be served next, of an even sample of series. */
export interface ServedFacts {
  readonly series: number;
  readonly faults: readonly { readonly seriesId: string; readonly fault: Fault }[];
  /** Series whose forecast is not the same when asked again, for fewer steps, or for fewer levels. */
  readonly unsteady: readonly string[];
  /** Series whose stored state is not the one that their history leads to. */
  readonly wrongStates: readonly string[];
  /** Median over series of mean forecast ÷ mean of the last season; null = nothing to compare with. */
  readonly level: number | null;
  readonly championLevel: number | null;
  /** Where forecasts may only fall with the price: series tried at a higher price, and those that rose. Null = nothing is promised. */
  readonly price: { readonly series: number; readonly rose: readonly string[] } | null;
  /** Median of one forecast, in ms. */
  readonly ms: number;
  readonly championMs: number | null;
}

/** All that is known of a version. */
export interface GateEvidence {
  readonly artifact: ArtifactFacts;
  /** Absent where the bytes do not load or are not of this project. */
  readonly found?: {
    readonly data: DataFacts;
    readonly losses: LossFacts;
    readonly slices: readonly Slice[];
    readonly coverage: readonly CoverageFacts[];
    readonly served: ServedFacts;
  };
}
