// Forecasts as they were answered.

import type { ForecastPurpose } from '../../core/index.ts';
import type { JsonObject } from './json.ts';

/** What a model was asked for in place of the levels of a prediction, so that they hold: adapted to the labels of its kind. */
export interface AdaptedLevels {
  /** The kind of demand that the series is of. */
  readonly demand: string;
  /** One per level of the prediction, ascending. */
  readonly levels: readonly number[];
}

/** One series' forecast as it was answered. */
export interface PredictionRecord {
  readonly id: string;
  readonly requestId: string;
  readonly project: string;
  readonly seriesId: string;
  readonly versionId: string;
  readonly arm: string;
  readonly purpose: ForecastPurpose;
  /** `model`, or which fallback answered. */
  readonly source: string;
  /** Last observed period: step k is for period cutoff + k. */
  readonly cutoff: number;
  readonly madeAt: number;
  readonly levels: readonly number[];
  /** Shape [horizon]. */
  readonly mean: Float64Array;
  /** Shape [levels × horizon], row per level. */
  readonly quantiles: Float64Array;
  /**
   * What was known ahead and used, by column: one value per step, or a single value that holds for all; null = unknown.
   * Absent when nothing was.
   */
  readonly covariates?: JsonObject | undefined;
  /** Absent when labels could adapt none of its levels: the baseline answered, or a model that knows the series by its attributes only. */
  readonly adapted?: AdaptedLevels | undefined;
  /** The features behind it, for a sample of predictions: written with it, read by `featureSamples` only. */
  readonly features?: Float64Array | undefined;
}

/** The features that serving computed for a prediction, as `featureSample` of the models lays them out. */
export type FeatureSample = Pick<PredictionRecord, 'id' | 'seriesId' | 'cutoff' | 'covariates'> & {
  readonly features: Float64Array;
};

export interface PredictionStore {
  /** Durable when it resolves. A prediction whose id is there already is left as it is. */
  appendPredictions(predictions: readonly PredictionRecord[]): Promise<void>;
  getPrediction(id: string): Promise<PredictionRecord | undefined>;
  /** By cutoff then id, ascending; `after` continues a scan. */
  scanPredictions(
    project: string,
    options: {
      cutoffMin: number;
      cutoffMax: number;
      versionId?: string;
      seriesId?: string;
      purpose?: ForecastPurpose;
      after?: { cutoff: number; id: string };
      limit: number;
      /** Only about one in so many, scattered evenly and always the same ones; default 1 = all. */
      oneIn?: number;
    },
  ): Promise<PredictionRecord[]>;
  /** Of a version, newest first. */
  featureSamples(project: string, versionId: string, limit: number): Promise<FeatureSample[]>;
  /** As of the last write. Cost: one row, however many predictions there are. */
  predictionStats(
    project: string,
  ): Promise<{ count: number; cutoffMin: number | null; cutoffMax: number | null }>;
}
