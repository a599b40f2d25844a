// The API's types of explanations: part of `contract.ts`, which is where to import them from.

/** Groups of what drives a forecast. */
export type Driver =
  | 'level'
  | 'trend'
  | 'season'
  | 'price'
  | 'promotion'
  | 'calendar'
  | 'attributes'
  | 'other';

/** Why a forecast is what it is: its mean taken apart, in units. The parts add up to it exactly. */
export interface SeriesExplanation {
  series: string;
  /** Step 1 is the period after it. */
  cutoffAt: string;
  source: 'model' | 'baseline';
  version: number | null;
  /** Which model of the version made it, by its name in the catalog; null = none did. */
  model: string | null;
  /** What is to be known of it, in a sentence: why there are no drivers, or what they leave unsaid; null = nothing. */
  statement: string | null;
  steps: {
    timestamp: string;
    mean: number;
    /** Null = there are none, and `statement` says why. */
    drivers: Record<Driver, number> | null;
    /** Parts of single columns of the data, each within the part of its group. */
    columns: { name: string; driver: Driver; units: number }[];
  }[];
  /** Over all steps. */
  total: { mean: number; drivers: Record<Driver, number> | null };
}
