// The API's types of overrides: part of `contract.ts`, which is where to import them from.

export type { StepOverride } from '../../core/index.ts';

/** `open`: it stands, and its period is not closed; `closed`: it stood when its period was. */
export type OverrideState = 'open' | 'closed' | 'withdrawn' | 'replaced';

/** Periods of one series, each with one of `value`, `percent` and `units`. */
export interface OverrideRequest {
  series: string;
  periods: {
    /** A date or time, or a step number. */
    timestamp: string;
    /** Units in place of the model's mean. */
    value?: number;
    /** So many percent more than the model's mean. */
    percent?: number;
    /** So many units more than the model's mean. */
    units?: number;
  }[];
  reason: string;
}

/** One period of a series. */
export interface Override {
  id: string;
  /** Those that were said together have one. */
  change: string;
  series: string;
  timestamp: string;
  state: OverrideState;
  /** Units. */
  value: number;
  /** As it was said. */
  asked: { kind: 'value' | 'percent' | 'units'; amount: number };
  reason: string;
  by: string;
  at: string;
  /** The override that it replaced. */
  replaces: string | null;
  /** Null = it stands, or stood when its period closed. */
  ended: { at: string; by: string; reason: string; replacedBy: string | null } | null;
  /** What the model said of the period then. */
  said: {
    /** Null = the baseline answered, nothing was trained. */
    version: number | null;
    source: string;
    cutoffAt: string;
    mean: number;
    quantiles: Record<string, number>;
  };
}

export interface OverridesSet {
  /** By period. */
  items: Override[];
  /** The key was used before for the same: nothing has changed. */
  replayed: boolean;
}

export interface OverrideList {
  /** Newest first. */
  items: Override[];
  /** For the next page; null = this is the last. */
  next: string | null;
}

export interface OverrideErrors {
  n: number;
  wape: number | null;
  bias: number | null;
  mae: number | null;
}

/** What one step of the process added over the one before it, on `n` labels: 1 − MAE ÷ MAE; above 0 = it helped. */
export interface AddedValue {
  n: number;
  value: number | null;
}

/** Overrides whose label is due, beside what the model said when it was overridden, on the same labels. */
export interface OverrideFigure {
  labelsDue: number;
  labelsJoined: number;
  labelsCensored: number;
  labelCoverage: number | null;
  model: OverrideErrors;
  overridden: OverrideErrors;
  /** On the labels that seasonal naive can forecast from the same cutoffs. */
  compared: { naive: OverrideErrors; model: OverrideErrors; overridden: OverrideErrors };
  /** The model over seasonal naive. */
  modelAdded: AddedValue;
  /** The override over the model. */
  overrideAdded: AddedValue;
  /** Labels on which the override was closer, and farther off. */
  better: number;
  worse: number;
}

/** Value added by each step: seasonal naive → model → override. */
export interface OverrideValue extends OverrideFigure {
  /** Periods that it rests on; null = no label is due. */
  window: { from: string; to: string } | null;
  groups?: (OverrideFigure & { key: string })[];
  groupsOmitted?: number;
}
