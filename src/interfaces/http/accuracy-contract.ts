// The API's types of accuracy and coverage: how good forecasts were, on the demand that came.

export interface AccuracyMetrics {
  n: number;
  wape: number | null;
  bias: number | null;
  mae: number | null;
  rmse: number | null;
  pinball: number | null;
  intervalCoverage: Record<string, { n: number; share: number }>;
}

export interface AccuracyFigure {
  labelsDue: number;
  labelsJoined: number;
  labelsCensored: number;
  labelCoverage: number | null;
  metrics: AccuracyMetrics;
}

export interface AccuracyGroup extends AccuracyFigure {
  /** Null = series of which the column is not known. */
  key: string | null;
  valueAdded: { n: number; value: number | null };
  /** Sum of the errors of the first step ahead ÷ their mean size. */
  tracking: { n: number; value: number | null };
}

export interface Accuracy {
  window: { fromPeriod: number; toPeriod: number; from: string; to: string } | null;
  latestPeriod: number | null;
  /** Newest period closed for the whole project: its labels are due. */
  projectClock: number | null;
  predictions: number;
  predictionsRepeated: number;
  /** Of forecasts that a version made, as are `byHorizon` and `baseline`. */
  overall: AccuracyFigure;
  /** Of those that the baseline gave because no version could: never in `overall`. Null = there are none. */
  fallback: (AccuracyFigure & { predictions: number }) | null;
  byHorizon: (AccuracyFigure & { horizon: number })[];
  baseline: {
    name: 'seasonal-naive';
    season: number;
    n: number;
    metrics: AccuracyMetrics;
    predictions: AccuracyMetrics;
  };
  /** `valueAdded` over the baseline, on the `n` labels that it can forecast. */
  groups?: AccuracyGroup[];
  groupsOmitted?: number;
}

/** How often demand stayed below each quantile served, newer labels weighing more, and the levels adapted to it. */
export interface Coverage {
  /** Are forecasts served with the adapted levels? (setting `adaptCoverage`) */
  adapted: boolean;
  /** Periods whose labels count; null before any data. */
  window: { fromPeriod: number; toPeriod: number; from: string; to: string } | null;
  /** Periods after which a label counts 1/e. */
  memoryPeriods: number;
  /** About one forecast in so many was read. */
  oneIn: number;
  labels: number;
  kinds: {
    demand: 'regular' | 'sparse';
    levels: {
      level: number;
      /** What the model is asked for in its place, or would be where levels are not adapted. */
      modelLevel: number;
      labels: number;
      below: number | null;
      atOrBelow: number | null;
    }[];
  }[];
}
