// The API's types of a replenishment: part of `contract.ts`, which is where to import them from.

/** How stock is bought; a position's own terms come before those of the request. */
export interface ReplenishmentTerms {
  /** Default `R,S` with a review period, else `s,S`. */
  policy?: 'R,S' | 's,S' | 's,Q';
  /** Periods from an order to its arrival; default 1. */
  leadTime?: number | { mean: number; sd: number } | { periods: number; probability: number }[];
  /** Periods between two reviews, 0 = at any moment; default 1. */
  review?: number;
  /** Share of cycles without a stock-out; 0.95 where no target is given. */
  cycleService?: number;
  /** Share of units served from the shelf. */
  fillRate?: number;
  /** Cost of a unit short, with `leftoverCost`. */
  shortageCost?: number;
  leftoverCost?: number;
  /** Units of a lot (`s,Q`), or of S − s (`s,S`). */
  lot?: number;
  minimumOrder?: number;
  packSize?: number;
  /** Value of a unit. */
  unitCost?: number;
}

export interface ReplenishmentPosition extends ReplenishmentTerms {
  series: string;
  /** Units on the shelf. */
  onHand: number;
  backorders?: number;
  /** Units on their way; `due` is a date or time, or periods from now (1 = the next one). */
  onOrder?: { units: number; due?: string | number }[];
}

export interface ReplenishmentRequest {
  positions: ReplenishmentPosition[];
  terms?: ReplenishmentTerms;
  /** Series of which the stock is to be shown period by period, 100 at most. */
  curves?: string[];
}

/** Units, unless said otherwise. */
export interface ReplenishmentLine {
  /** 1 = most urgent. */
  rank: number;
  series: string;
  predictionId: string;
  /** The newest closed period of the series: its position is the one at the end of it. */
  cutoffAt: string;
  source: 'model' | 'baseline';
  /** Why the baseline answered. */
  baselineReason?: string;
  orderQuantity: number;
  orderValue: number | null;
  /** Why, in one sentence. */
  because: string;
  stockPosition: number;
  reorderPoint: number;
  orderUpTo: number;
  meanDemand: number;
  safetyStock: number;
  textbookSafetyStock: number;
  /** If nothing is ordered, until an order of the next review could arrive. */
  stockoutProbability: number;
  expectedShortage: number;
  shortageValue: number | null;
  /** Until an order placed now could arrive. */
  stockoutProbabilityBeforeArrival: number;
  stockoutAt: string | null;
  policy: 'R,S' | 's,S' | 's,Q';
  leadTimeMean: number;
  coverPeriods: number;
  /** The period at whose beginning the order is placed: the next one. Null = nothing is ordered. */
  orderAt: string | null;
  /** The first period whose demand the order can serve: by the shortest lead time, by that which half keep, by the longest. */
  arrivesAt: { earliest: string; likely: string; latest: string } | null;
  /** Periods of expected demand for which the stock lasts, with what is due as it comes; null = longer than the forecast. */
  stockPeriods: number | null;
  /** The order in packs; null = there is no pack size, or nothing is ordered. */
  packs: number | null;
  /** Where it was asked for. */
  curve?: StockCurvePoint[];
  /** Periods of the cover that are planned as somebody said, with what the model says (`mean`); absent = none. */
  overrides?: { timestamp: string; mean: number; value: number; reason: string; by: string }[];
}

/** The stock in a period under the order; below zero it is owed. */
export interface StockCurvePoint {
  timestamp: string;
  /** Expected. */
  demand: number;
  /** Expected to come before that demand: what is due, and the order. */
  receipts: number;
  /** Of them those of the order. */
  ordered: number;
  /** Expected at the end of the period: that before it, plus receipts, less demand. */
  stock: number;
  /** What it is at most in 10 %, and in 90 %, of the futures. */
  low: number;
  high: number;
  /** Expected if nothing is ordered. */
  withoutOrder: number;
}

export interface Replenishment {
  requestId: string;
  model: { name: string; version: number; arm: string };
  /** The newest period up to which every series of the answer is closed. */
  cutoffAt: string;
  rankedBy: 'shortage value' | 'shortage units';
  totals: { lines: number; toOrder: number; orderUnits: number; orderValue: number | null };
  lines: ReplenishmentLine[];
}
