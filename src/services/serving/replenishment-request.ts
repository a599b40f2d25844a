// What may be asked of a replenishment, checked once, and the shape of the answer.

import { AppError, type Project, periodOf } from '../../core/index.ts';
import {
  type LeadTime,
  type LeadTimeShare,
  leadTimeMoments,
  leadTimeShares,
  type ServiceTarget,
  type StockPolicy,
  type StockPosition,
} from '../../forecasting/inventory/index.ts';
import type { BaselineReason, ForecastSource } from './served-model.ts';

/** How stock is bought; a position's own terms come before the request's. */
export interface ReplenishmentTerms {
  /** `R,S`, `s,S` or `s,Q`; default `R,S` with a review period, else `s,S`. */
  readonly policy?: StockPolicy['kind'] | undefined;
  /** Periods from an order to its arrival: a number, mean and deviation, or shares of whole periods. Default 1. */
  readonly leadTime?: LeadTime | undefined;
  /** Periods between two reviews; 0 = at any moment. Default 1. */
  readonly review?: number | undefined;
  /** At most one kind of target; default: no stock-out in 95 % of cycles. */
  readonly cycleService?: number | undefined;
  readonly fillRate?: number | undefined;
  /** What a unit short and a unit left over cost; both or neither. */
  readonly shortageCost?: number | undefined;
  readonly leftoverCost?: number | undefined;
  /** Units of a lot (`s,Q`), or of S − s (`s,S`). */
  readonly lot?: number | undefined;
  readonly minimumOrder?: number | undefined;
  readonly packSize?: number | undefined;
  /** Value of a unit: what shortages and orders are ranked and summed by. */
  readonly unitCost?: number | undefined;
}

export interface ReplenishmentPosition extends ReplenishmentTerms {
  readonly series: string;
  /** Units on the shelf. */
  readonly onHand: number;
  readonly backorders?: number | undefined;
  /** Units on their way, `due` a date or time, or a number of periods from now (1 = the next one). */
  readonly onOrder?:
    | readonly { readonly units: number; readonly due?: string | number | undefined }[]
    | undefined;
}

export interface ReplenishmentRequest {
  readonly positions: readonly ReplenishmentPosition[];
  /** Terms of positions that do not state their own. */
  readonly terms?: ReplenishmentTerms | undefined;
  /** Series of which the stock is to be shown period by period, each with a position. */
  readonly curves?: readonly string[] | undefined;
}

/** Units, unless said otherwise. Meanings: docs/guides/replenishment.md. */
export interface ReplenishmentLine {
  /** 1 = most urgent. */
  readonly rank: number;
  readonly series: string;
  readonly predictionId: string;
  /** The newest closed period of the series: its position is the one at the end of it. */
  readonly cutoffAt: string;
  readonly source: ForecastSource;
  readonly baselineReason?: BaselineReason;
  readonly orderQuantity: number;
  readonly orderValue: number | null;
  readonly because: string;
  readonly stockPosition: number;
  readonly reorderPoint: number;
  readonly orderUpTo: number;
  readonly meanDemand: number;
  readonly safetyStock: number;
  readonly textbookSafetyStock: number;
  /** If nothing is ordered, until an order of the next review could arrive. */
  readonly stockoutProbability: number;
  readonly expectedShortage: number;
  readonly shortageValue: number | null;
  /** Until an order placed now could arrive. */
  readonly stockoutProbabilityBeforeArrival: number;
  /** Period at whose end every second future has run out; null = beyond the horizon. */
  readonly stockoutAt: string | null;
  readonly policy: StockPolicy['kind'];
  readonly leadTimeMean: number;
  /** Longest lead time and review together. */
  readonly coverPeriods: number;
  /** The period at whose beginning the order is placed: the next one. Null = nothing is ordered. */
  readonly orderAt: string | null;
  /** The first period whose demand the order can serve; null = nothing is ordered. */
  readonly arrivesAt: ReplenishmentArrival | null;
  /** Periods of expected demand for which the stock lasts, with what is due as it comes; null = longer than the forecast. */
  readonly stockPeriods: number | null;
  /** The order in packs; null = there is no pack size, or nothing is ordered. */
  readonly packs: number | null;
  /** Where it was asked for: the stock by periods, from the next one on. */
  readonly curve?: readonly StockCurvePoint[];
  /** Periods of the cover that are planned as somebody said, not as the model did; absent = none. */
  readonly overrides?: readonly OverriddenPeriod[];
}

/** By the shortest lead time, by that which half of the orders keep, and by the longest. */
export interface ReplenishmentArrival {
  readonly earliest: string;
  readonly likely: string;
  readonly latest: string;
}

/** Units; stock below zero is owed. */
export interface StockCurvePoint {
  readonly timestamp: string;
  /** Expected. */
  readonly demand: number;
  /** Expected to come before that demand: what is due, and the order. */
  readonly receipts: number;
  /** Of them those of the order. */
  readonly ordered: number;
  /** Expected at the end of the period: that before it, plus receipts, less demand. */
  readonly stock: number;
  /** What it is at most in 10 %, and in 90 %, of the futures. */
  readonly low: number;
  readonly high: number;
  /** Expected if nothing is ordered. */
  readonly withoutOrder: number;
}

/** A period of a line in which an override stands in place of the model's mean. Units. */
export interface OverriddenPeriod {
  readonly timestamp: string;
  /** What the model says. */
  readonly mean: number;
  readonly value: number;
  readonly reason: string;
  readonly by: string;
}

export interface ReplenishmentResponse {
  readonly requestId: string;
  readonly model: { readonly name: string; readonly version: number; readonly arm: string };
  /** The newest period up to which every series of the answer is closed. */
  readonly cutoffAt: string;
  readonly rankedBy: 'shortage value' | 'shortage units';
  readonly totals: {
    readonly lines: number;
    readonly toOrder: number;
    readonly orderUnits: number;
    /** Null when a line to order has no unit cost. */
    readonly orderValue: number | null;
  };
  readonly lines: readonly ReplenishmentLine[];
}

/** One position, ready to be planned. */
export interface CheckedPosition {
  readonly series: string;
  readonly position: StockPosition;
  readonly policy: StockPolicy;
  readonly lead: readonly LeadTimeShare[];
  readonly coverPeriods: number;
  readonly unitCost: number | null;
  readonly hasCurve: boolean;
}

const targetDefault: ServiceTarget = { kind: 'cycle', level: 0.95 };
const leadTimeDefault = 1;
const reviewDefault = 1;
/** Positions of one request at most: bounds its time. */
const positionsMax = 10_000;
/** Curves of one request at most: bounds its answer. */
const curvesMax = 100;

/**
 * Checks a request; the first fault found is told.
 * @param cutoffOf newest closed period of a series, from which its due dates are counted
 * @throws AppError `serving/invalid-position`, `serving/horizon-too-long`, `serving/request-too-large`
 */
export function checkPositions(
  project: Project,
  request: ReplenishmentRequest,
  cutoffOf: (seriesId: string) => number,
): readonly CheckedPosition[] {
  const { positions, terms = {} } = request;
  const curves = curvesOf(request);
  if (positions.length > positionsMax)
    throw new AppError(
      'serving/request-too-large',
      `${positions.length} positions are more than the ${positionsMax} of one request: send them in several`,
      { details: { positions: positions.length, positionsMax } },
    );
  const seen = new Set<string>();
  return positions.map((position) => {
    if (seen.has(position.series))
      throw invalid(position.series, 'is given twice: send one position per series');
    seen.add(position.series);
    const checked = checkOne(project, withTerms(position, terms), cutoffOf(position.series));
    return { ...checked, hasCurve: curves.has(position.series) };
  });
}

/** The series that a curve is asked of. */
function curvesOf({ positions, curves = [] }: ReplenishmentRequest): ReadonlySet<string> {
  if (curves.length > curvesMax)
    throw new AppError(
      'serving/request-too-large',
      `${curves.length} curves are more than the ${curvesMax} of one request: send them in several`,
      { details: { curves: curves.length, curvesMax } },
    );
  if (curves.length === 0) return new Set();
  const known = new Set(positions.map(({ series }) => series));
  const stranger = curves.find((series) => !known.has(series));
  if (stranger !== undefined)
    throw invalid(stranger, 'is not given, and its curve is asked for: add its position');
  return new Set(curves);
}

function checkOne(
  project: Project,
  position: ReplenishmentPosition,
  cutoff: number,
): Omit<CheckedPosition, 'hasCurve'> {
  const { series, onHand, backorders = 0, onOrder = [] } = position;
  for (const [name, value] of Object.entries({ ...position, backorders })) {
    if (typeof value === 'number' && !(value >= 0 && value < Number.POSITIVE_INFINITY))
      throw invalid(series, `has ${name} ${value}: give 0 or more`);
  }
  const policy = policyOf(position);
  const lead = leadOf(position);
  const { longest } = leadTimeMoments(lead);
  const coverPeriods = longest + policy.review;
  if (coverPeriods > project.horizonSteps)
    throw new AppError(
      'serving/horizon-too-long',
      `stock of "${series.slice(0, 100)}" must last for ${coverPeriods} periods (lead time up to ${longest}, review ${policy.review}); project "${project.name}" forecasts ${project.horizonSteps}`,
      { details: { series: series.slice(0, 100), coverPeriods, horizonMax: project.horizonSteps } },
    );
  const arrivals = onOrder.map(({ units, due }) => {
    if (!(units >= 0)) throw invalid(series, `has ${units} units on order: give 0 or more`);
    return {
      units,
      due: due === undefined ? Math.max(1, longest) : leadOfDue(project, { series, due, cutoff }),
    };
  });
  return {
    series,
    position: { onHand, backorders, onOrder: arrivals },
    policy,
    lead,
    coverPeriods,
    unitCost: position.unitCost ?? null,
  };
}

function policyOf(position: ReplenishmentPosition): StockPolicy {
  const { review = reviewDefault, lot, minimumOrder = 0, packSize = 0 } = position;
  const { policy = review > 0 ? 'R,S' : 's,S' } = position;
  if (!Number.isInteger(review)) throw invalid(position.series, `has review ${review}: give whole periods`);
  if (policy === 'R,S' && review === 0)
    throw invalid(position.series, 'has policy R,S without a review period: give one, or take s,S');
  if (policy === 's,Q' && !(lot !== undefined && lot > 0))
    throw invalid(position.series, 'has policy s,Q without a lot: give the quantity Q as lot');
  return {
    kind: policy,
    review,
    ...(lot === undefined ? {} : { lot }),
    target: targetOf(position),
    rules: { minimum: minimumOrder, pack: packSize },
  };
}

function targetOf(position: ReplenishmentPosition): ServiceTarget {
  const { series, cycleService, fillRate, shortageCost, leftoverCost } = position;
  const costs = shortageCost !== undefined || leftoverCost !== undefined;
  if ([cycleService !== undefined, fillRate !== undefined, costs].filter(Boolean).length > 1)
    throw invalid(series, 'has several targets: give cycleService, fillRate, or the two costs');
  const level = cycleService ?? fillRate;
  if (level !== undefined && !(level > 0 && level < 1))
    throw invalid(series, `has the target ${level}: give a share between 0 and 1, such as 0.95`);
  if (cycleService !== undefined) return { kind: 'cycle', level: cycleService };
  if (fillRate !== undefined) return { kind: 'fill', level: fillRate };
  if (!costs) return targetDefault;
  if (!(shortageCost !== undefined && leftoverCost !== undefined && shortageCost > 0 && leftoverCost > 0))
    throw invalid(series, 'has one cost only, or one of 0: give shortageCost and leftoverCost above 0');
  return { kind: 'costs', shortage: shortageCost, leftover: leftoverCost };
}

function leadOf(position: ReplenishmentPosition): readonly LeadTimeShare[] {
  const { series, leadTime = leadTimeDefault } = position;
  const wrong = (): AppError =>
    invalid(
      series,
      'has a lead time that cannot be read: give periods, mean and sd, or shares of whole periods',
    );
  if (typeof leadTime === 'object' && 'mean' in leadTime) {
    if (!(leadTime.mean >= 0 && leadTime.sd >= 0 && leadTime.mean + leadTime.sd < 1e4)) throw wrong();
  } else if (typeof leadTime === 'object') {
    const sound = leadTime.every(
      ({ periods, probability }) => Number.isInteger(periods) && periods >= 0 && probability >= 0,
    );
    if (!sound || !leadTime.some(({ probability }) => probability > 0)) throw wrong();
  }
  return leadTimeShares(leadTime);
}

/** Periods from the cutoff to a due date. */
function leadOfDue(project: Project, of: { series: string; due: string | number; cutoff: number }): number {
  if (typeof of.due === 'number') return of.due;
  const value = project.grid.frequency === 'step' ? Number(of.due) : Date.parse(of.due);
  if (Number.isFinite(value) && of.due.trim() !== '') return periodOf(project.grid, value) - of.cutoff;
  throw invalid(of.series, `has an order due "${of.due.slice(0, 40)}": give a date such as 2026-03-31`);
}

const targets = ['cycleService', 'fillRate', 'shortageCost', 'leftoverCost'] as const;

/** A position with the terms it does not state; a target of its own replaces the one of the request whatever their kinds. */
function withTerms(position: ReplenishmentPosition, terms: ReplenishmentTerms): ReplenishmentPosition {
  const merged: Record<string, unknown> = { ...terms };
  if (targets.some((name) => position[name] !== undefined)) for (const name of targets) delete merged[name];
  return { ...known(merged), ...known(position) } as ReplenishmentPosition;
}

/** Without what is undefined, so that it does not hide what the request says for all. */
function known(terms: object): object {
  return Object.fromEntries(Object.entries(terms).filter(([, value]) => value !== undefined));
}

function invalid(series: string, what: string): AppError {
  return new AppError('serving/invalid-position', `the position of "${series.slice(0, 100)}" ${what}`, {
    details: { series: series.slice(0, 100) },
  });
}
