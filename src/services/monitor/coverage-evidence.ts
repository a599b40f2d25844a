// What labels say of the levels that were served: per kind of demand and period, how many lay below each quantile.

import type { DemandKind, LevelTally, PeriodEvidence } from '../../forecasting/evaluate/index.ts';
import { logOdds } from '../../forecasting/evaluate/index.ts';
import type { AdaptedLevels, PredictionRecord } from '../../storage/ports/index.ts';
import type { LabelWindow } from './labels.ts';

export interface EvidenceWindow {
  /** Nominal, ascending. */
  readonly levels: readonly number[];
  /** Periods whose labels count, inclusive. */
  readonly fromPeriod: number;
  readonly toPeriod: number;
  /** The version whose levels are to be adapted. */
  readonly versionId: string | undefined;
}

/**
 * How much labels of other versions count. They tell what training as such gets wrong, which the next version repeats; but what
 * drifted, it has learnt. At a tenth, simulated retraining repaired the first and left little of the second (decision 0007).
 */
const otherVersionsWeight = 0.1;

/** Distinct series counted of one period at most: more weigh no more. */
const seriesCountedMax = 1000;

interface Tallies {
  readonly series: Set<string>;
  readonly levels: readonly LevelTally[];
}

/** Give it predictions by ascending cutoff, then ask for the evidence. Memory: O(periods × (levels + series counted)). */
export class CoverageEvidence {
  readonly #window: EvidenceWindow;
  readonly #own: Map<DemandKind, Map<number, Tallies>> = new Map();
  readonly #others: Map<DemandKind, Map<number, Tallies>> = new Map();
  /** Version and series of the cutoff being scanned: a forecast asked for again counts once. */
  readonly #graded: Set<string> = new Set();
  #cutoff = Number.NaN;
  labels = 0;

  constructor(window: EvidenceWindow) {
    this.#window = window;
  }

  /** Adds the predictions of adapted levels, on the labels known. Cost: O(steps × levels). */
  add(page: readonly PredictionRecord[], labels: LabelWindow): void {
    for (const record of page) {
      const { adapted, cutoff } = record;
      if (cutoff !== this.#cutoff) this.#graded.clear();
      this.#cutoff = cutoff;
      const key = `${record.versionId}\n${record.seriesId}`;
      if (adapted === undefined || this.#graded.has(key)) continue;
      this.#graded.add(key);
      this.#addSteps(record, adapted, labels);
    }
  }

  #addSteps(record: PredictionRecord, adapted: AdaptedLevels, labels: LabelWindow): void {
    const { levels, fromPeriod, toPeriod } = this.#window;
    const rows = levels.map((level) => record.levels.indexOf(level));
    const shifts = rows.map((row, l) =>
      row < 0 ? 0 : logOdds(adapted.levels[row] as number) - logOdds(levels[l] as number),
    );
    const tallied = record.versionId === this.#window.versionId ? this.#own : this.#others;
    const horizon = record.mean.length;
    const first = Math.max(1, fromPeriod - record.cutoff);
    const last = Math.min(horizon, toPeriod - record.cutoff);
    for (let lead = first; lead <= last; lead++) {
      const label = labels.at(record.seriesId, record.cutoff + lead);
      if (typeof label !== 'number') continue;
      const { series, levels: tallies } = this.#talliesOf(tallied, adapted.demand, record.cutoff + lead);
      if (series.size < seriesCountedMax) series.add(record.seriesId);
      this.labels++;
      for (let l = 0; l < rows.length; l++) {
        const row = rows[l] as number;
        if (row < 0) continue;
        const quantile = record.quantiles[row * horizon + lead - 1] as number;
        addLabel(tallies[l] as LevelTally, { label, quantile, shift: shifts[l] as number });
      }
    }
  }

  #talliesOf(tallied: Map<DemandKind, Map<number, Tallies>>, demand: string, period: number): Tallies {
    const kind = demand as DemandKind;
    const periods = tallied.get(kind) ?? new Map<number, Tallies>();
    tallied.set(kind, periods);
    const known = periods.get(period);
    if (known !== undefined) return known;
    const levels = this.#window.levels.map(() => ({ n: 0, below: 0, atOrBelow: 0, shifts: 0 }));
    const fresh = { series: new Set<string>(), levels };
    periods.set(period, fresh);
    return fresh;
  }

  /** Kinds of demand with any evidence, in a fixed order. */
  kinds(): DemandKind[] {
    return [...new Set([...this.#own.keys(), ...this.#others.keys()])].sort();
  }

  /** Of the version first, each part by ascending period, whatever the order in which predictions came. */
  of(kind: DemandKind): PeriodEvidence[] {
    return [
      ...listed(this.#own.get(kind) ?? new Map(), 1),
      ...listed(this.#others.get(kind) ?? new Map(), otherVersionsWeight),
    ];
  }
}

function listed(periods: ReadonlyMap<number, Tallies>, weight: number): PeriodEvidence[] {
  return [...periods]
    .map(([period, { series, levels }]) => ({ period, series: series.size, tallies: levels, weight }))
    .sort((a, b) => a.period - b.period);
}

/** Whole demand is compared with the nearest whole quantile, as between two whole numbers no demand can tell quantiles apart. */
function addLabel(tally: LevelTally, of: { label: number; quantile: number; shift: number }): void {
  const { label, shift } = of;
  const quantile = Number.isInteger(label) ? Math.round(of.quantile) : of.quantile;
  tally.n++;
  if (label < quantile) tally.below++;
  if (label <= quantile) tally.atOrBelow++;
  tally.shifts += shift;
}
