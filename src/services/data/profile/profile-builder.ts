// Makes the profile of a table, series by series as they go by in order, with a few numbers kept of each.

import {
  keyShown,
  murmur3,
  type Project,
  periodLabel,
  periodStart,
  type Reporter,
} from '../../../core/index.ts';
import {
  type DemandClass,
  demandClasses,
  type SuspicionKind,
  suspicionKinds,
  suspicionsOf,
} from '../../../forecasting/evaluate/index.ts';
import { hoursSinceEnd } from '../rows/period-age.ts';
import type { SeriesSeen } from '../rows/series-report.ts';
import type { DataProfile, SeriesPicture, SuspectGroup } from './data-profile.ts';
import { Largest } from './largest.ts';
import { newestPeriod } from './newest-period.ts';
import { pointsOf } from './picture.ts';
import { concentrationOf, timelineOf } from './shares.ts';
import { reasonOf, suspicionPeriod } from './words.ts';

const examplesMax = 5;
/** Pictures of each suspicion, of the series with the most demand, and of the others. */
const suspectPictures = 2;
const largestPictures = 12;
const samplePictures = 12;
const kindsMax = 400;
/** More periods than this are not counted one by one. */
const periodsMax = 500_000;
/** Periods back from the newest of which it is known who has reported. */
const agesKept = 64;
const hashSeed = 20;

interface Example {
  readonly seriesId: string;
  readonly reason: string;
}

interface Suspects {
  series: number;
  readonly examples: Largest<Example>;
  readonly pictures: Largest<SeriesPicture>;
}

export interface ProfileOptions {
  readonly project: Project;
  /** UTC milliseconds. */
  readonly now: number;
  /** The newest period of the table. */
  readonly newest: number;
}

export class ProfileBuilder {
  readonly #options: ProfileOptions;
  readonly #season: number;
  readonly #classes: Record<DemandClass, { series: number; demand: number }>;
  readonly #suspects: ReadonlyMap<SuspicionKind, Suspects>;
  readonly #largest: Largest<SeriesPicture> = new Largest(largestPictures);
  readonly #sample: Largest<SeriesPicture> = new Largest(samplePictures);
  readonly #kinds: Largest<DataProfile['kinds'][number]> = new Largest(kindsMax);
  readonly #demands: number[] = [];
  readonly #counts: Map<number, number> = new Map();
  readonly #totals: Map<number, number> = new Map();
  /** Of each series: its first and newest row, and the ages of its rows as bits of two words. */
  readonly #reports: { first: number[]; newest: number[]; low: number[]; high: number[] };
  #most: { seriesId: string; demand: number } | null = null;
  #suspected = 0;
  #selling = 0;
  #first: number = Number.POSITIVE_INFINITY;

  constructor(options: ProfileOptions) {
    this.#options = options;
    this.#season = options.project.seasons.reduce((a, b) => Math.max(a, b), 1);
    const none = demandClasses.map((name) => [name, { series: 0, demand: 0 }]);
    this.#classes = Object.fromEntries(none);
    this.#suspects = new Map(
      suspicionKinds.map((kind) => [
        kind,
        { series: 0, examples: new Largest(examplesMax), pictures: new Largest(suspectPictures) },
      ]),
    );
    this.#reports = { first: [], newest: [], low: [], high: [] };
  }

  add(series: SeriesSeen): void {
    const { id, periods, values, kind, history, start } = series;
    const newest = periods.at(-1) ?? 0;
    let demand = 0;
    for (let i = 0; i < periods.length; i++) {
      const value = values[i] as number;
      if (!Number.isNaN(value)) demand += value;
      this.#count(periods[i] as number, Number.isNaN(value) ? 0 : value);
    }
    this.#first = Math.min(this.#first, periods[0] ?? 0);
    this.#report(periods);
    this.#demands.push(demand);
    const own = this.#classes[kind.demandClass];
    own.series += 1;
    own.demand += demand;
    if (this.#most === null || demand > this.#most.demand) this.#most = { seriesId: id, demand };
    const hash = murmur3(id, hashSeed);
    if (Number.isFinite(kind.adi)) {
      this.#selling += 1;
      this.#kinds.add(-hash, () => ({ adi: kind.adi, cv2: kind.cv2, demandClass: kind.demandClass }));
    }
    const picture = (because: SeriesPicture['because'], at: number | null): SeriesPicture =>
      this.#picture({ series, demand, because, at });
    this.#largest.add(demand, () => picture('largest', null));
    this.#sample.add(-hash, () => picture('sample', null));
    const silentPeriods = Math.max(0, this.#options.newest - newest);
    const found = suspicionsOf(history, { silentPeriods, season: this.#season });
    if (found.length > 0) this.#suspected += 1;
    for (const suspicion of found) {
      const suspects = this.#suspects.get(suspicion.kind) as Suspects;
      suspects.series += 1;
      const label = (index: number): string => this.#label(start + index);
      suspects.examples.add(demand, () => ({
        seriesId: id,
        reason: reasonOf(suspicion, { label, frequency: this.#options.project.grid.frequency }),
      }));
      suspects.pictures.add(demand, () => picture(suspicion.kind, suspicionPeriod(suspicion)));
    }
  }

  #picture(of: {
    series: SeriesSeen;
    demand: number;
    because: SeriesPicture['because'];
    at: number | null;
  }): SeriesPicture {
    const { id, history, start, kind } = of.series;
    const { periodsPerPoint, values } = pointsOf(history);
    return {
      seriesId: id,
      because: of.because,
      demandClass: kind.demandClass,
      demand: of.demand,
      first: this.#label(start),
      last: this.#label(start + history.length - 1),
      periodsPerPoint,
      values,
      mark: of.at === null ? null : Math.floor(of.at / periodsPerPoint),
    };
  }

  #count(period: number, demand: number): void {
    const count = this.#counts.get(period);
    if (count === undefined && this.#counts.size >= periodsMax) return;
    this.#counts.set(period, (count ?? 0) + 1);
    this.#totals.set(period, (this.#totals.get(period) ?? 0) + demand);
  }

  #report(periods: readonly number[]): void {
    let [low, high] = [0, 0];
    for (let i = periods.length - 1; i >= 0; i--) {
      const age = this.#options.newest - (periods[i] as number);
      if (age >= agesKept) break;
      if (age < 0) continue;
      if (age < 32) low |= 1 << age;
      else high |= 1 << (age - 32);
    }
    const { first, newest, low: lows, high: highs } = this.#reports;
    first.push(periods[0] ?? 0);
    newest.push(periods.at(-1) ?? 0);
    lows.push(low);
    highs.push(high);
  }

  *#reporters(): Generator<Reporter> {
    const { first, newest, low, high } = this.#reports;
    for (let i = 0; i < first.length; i++)
      yield {
        first: first[i] as number,
        newest: newest[i] as number,
        closes: Number.NEGATIVE_INFINITY,
        reported: (period) => {
          const age = this.#options.newest - period;
          if (age < 0 || age >= agesKept) return false;
          return age < 32
            ? ((low[i] as number) & (1 << age)) !== 0
            : ((high[i] as number) & (1 << (age - 32))) !== 0;
        },
      };
  }

  #label(period: number): string {
    return periodLabel(this.#options.project.grid, period);
  }

  /**
   * @param beside.lookAlikes groups of ids that look alike, and how many groups there are
   * @param beside.lastInstants the last time of day of a row on the grid, by period; null where it is not known
   */
  end(beside: {
    readonly lookAlikes: { readonly groups: readonly (readonly string[])[]; readonly count: number };
    readonly lastInstants: ReadonlyMap<number, number> | null;
  }): DataProfile {
    const { project, newest, now } = this.#options;
    const series = this.#demands.length;
    const isEmpty = series === 0;
    const concentration = concentrationOf(this.#demands, this.#most);
    const suspicious = this.#groups(beside.lookAlikes, concentration);
    return {
      series,
      first: isEmpty ? null : this.#label(this.#first),
      last: isEmpty ? null : this.#label(newest),
      demand: this.#demands.reduce((sum, demand) => sum + demand, 0),
      classes: demandClasses.map((demandClass) => ({ demandClass, ...this.#classes[demandClass] })),
      newest: isEmpty
        ? null
        : newestPeriod({
            newest,
            counts: this.#counts,
            totals: this.#totals,
            reporters: () => this.#reporters(),
            knownFrom: newest - agesKept + 1,
            hoursSinceEnd: hoursSinceEnd(project, { period: newest, now }),
            reach: reachOf(project, beside.lastInstants),
            label: (period) => this.#label(period),
          }),
      suspects: this.#suspected,
      suspicious,
      concentration,
      timeline: timelineOf(this.#counts, this.#totals, (period) => this.#label(period)),
      selling: this.#selling,
      kinds: this.#kinds.items(),
      ...this.#pictures(series),
    };
  }

  #groups(
    { groups, count }: { readonly groups: readonly (readonly string[])[]; readonly count: number },
    { largest }: DataProfile['concentration'],
  ): SuspectGroup[] {
    const found: SuspectGroup[] = [...this.#suspects].map(([kind, { series, examples }]) => ({
      kind,
      series,
      examples: examples.items(),
    }));
    found.push({
      kind: 'look-alike',
      // Of groups that are not looked at there are at least two each.
      series: groups.reduce((sum, ids) => sum + ids.length, 0) + 2 * (count - groups.length),
      examples: groups.slice(0, examplesMax).map(([seriesId = '', ...others]) => ({
        seriesId,
        reason: `looks like ${others.slice(0, 3).map(keyShown).join(', ')}`,
      })),
    });
    if (largest !== null && largest.share > 0.5 && this.#demands.length >= 3)
      found.push({
        kind: 'dominant',
        series: 1,
        examples: [
          {
            seriesId: largest.seriesId,
            reason: `has ${Math.round(100 * largest.share)} % of all demand`,
          },
        ],
      });
    return found.filter(({ series }) => series > 0);
  }

  #pictures(series: number): Pick<DataProfile, 'sampleRule' | 'pictures'> {
    const taken = new Set<string>();
    const pictures: SeriesPicture[] = [];
    const suspects = [...this.#suspects.values()].flatMap((kind) => kind.pictures.items());
    for (const picture of [...suspects, ...this.#largest.items(), ...this.#sample.items()]) {
      if (taken.has(picture.seriesId)) continue;
      taken.add(picture.seriesId);
      pictures.push(picture);
    }
    const sampleRule =
      pictures.length === series
        ? `all ${series} series`
        : `${pictures.length} of ${series} series: of each suspicion the ${suspectPictures} with the most demand, ` +
          `of all the ${largestPictures} with the most, and ${samplePictures} drawn by a hash of their ids, the same ones every time`;
    return { sampleRule, pictures };
  }
}

/** How far into its period each last row lies; null where all lie at the beginning, as dates of whole periods do. */
export function reachOf(
  { grid }: Pick<Project, 'grid'>,
  lastInstants: ReadonlyMap<number, number> | null,
): ReadonlyMap<number, number> | null {
  if (lastInstants === null || grid.frequency === 'step') return null;
  const shares = new Map<number, number>();
  for (const [period, instant] of lastInstants) {
    const start = periodStart(grid, period);
    shares.set(period, (instant - start) / (periodStart(grid, period + 1) - start));
  }
  return [...shares.values()].some((share) => share > 0) ? shares : null;
}
