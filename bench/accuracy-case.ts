// What a dataset of `bench/accuracy.ts` is: how it is read, what it is scored by, and the goals it has to meet.

import type {
  EvaluateFileOptions,
  FileEvaluation,
  ScoredForecast,
} from '../src/services/evaluation/index.ts';
import type { Workshop } from './workshop.ts';

/** A bound on one figure. */
export interface Goal {
  /** A figure of every case (`mase`, `wape`, …) or one that the case's own `score` gives. */
  readonly figure: string;
  /** As it is called on the page, with the peers' figures. */
  readonly text: string;
  readonly peers?: string;
  readonly most?: number;
  readonly least?: number;
  /** Bound on the size, sign aside. */
  readonly within?: number;
}

/** Figures of the M4 competition ("Evaluation and Ranks") for one frequency. */
export interface M4Official {
  readonly naive2: { readonly smape: number; readonly mase: number };
  /** In words. */
  readonly owa: string;
  readonly msis: string;
}

/** What a case's own score is made from. */
export interface Material {
  readonly shop: Workshop;
  readonly evaluation: FileEvaluation;
  readonly levels: readonly number[];
  readonly forecasts: readonly ScoredForecast[];
  /** Training values by series id. */
  readonly histories: ReadonlyMap<string, Float64Array>;
}

export interface AccuracyCase {
  readonly name: string;
  readonly options: Omit<EvaluateFileOptions, 'threads'>;
  /** Makes the file that is read, where the source's own is not: then `options.path` is not used. */
  readonly prepare?: (shop: Workshop) => Promise<string>;
  /** Filter of a quick look, for sets that take long and are not prepared. */
  readonly quickWhere?: string;
  readonly goals: readonly Goal[];
  /** Models of the same data that the default has to beat. */
  readonly beside: readonly string[];
  /** What others reach on the same split, with the source in words. */
  readonly peers: string;
  /** Further figures, by name. */
  readonly score?: (material: Material) => Promise<Readonly<Record<string, number>>>;
  /** A sentence for the page: what the figures do not say by themselves. */
  readonly note?: string;
  readonly m4?: M4Official;
}

/** The file of a case. */
export function pathOf(one: AccuracyCase, shop: Workshop): Promise<string> {
  return one.prepare === undefined ? Promise.resolve(one.options.path) : one.prepare(shop);
}
