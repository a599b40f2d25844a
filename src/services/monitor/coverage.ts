// Do intervals hold what they say, and which levels would? From stored predictions and labels alone, so that every process
// over one database finds the same levels, and a restarted one those from before.

import type { Project } from '../../core/index.ts';
import { type AdaptedLevel, adaptLevels, type DemandKind } from '../../forecasting/evaluate/index.ts';
import type { HistoryStore, PredictionStore } from '../../storage/ports/index.ts';
import type { LevelAdaptation } from '../serving/index.ts';
import { CoverageEvidence } from './coverage-evidence.ts';
import { KnownClosed } from './known-closed.ts';
import { LabelWindow } from './labels.ts';
import { predictionPages } from './prediction-pages.ts';

export interface CoverageReport {
  /** Periods whose labels count: up to the newest that is closed for the whole project. Null before one is. */
  readonly window: { readonly fromPeriod: number; readonly toPeriod: number } | null;
  /** Periods after which evidence counts 1/e. */
  readonly memoryPeriods: number;
  /** About one prediction in so many was read; 1 = all. */
  readonly oneIn: number;
  readonly labels: number;
  /** Those with labels. */
  readonly kinds: readonly { readonly demand: DemandKind; readonly levels: readonly AdaptedLevel[] }[];
}

export interface CoverageMonitorOptions {
  readonly store: Pick<PredictionStore, 'scanPredictions' | 'predictionStats'> &
    Pick<HistoryStore, 'readActuals' | 'projectClock' | 'readClosings' | 'closingBatches'>;
  /** The version that serves; undefined without one. */
  readonly servingVersion: (project: string) => Promise<string | undefined>;
  /** Lets waiting I/O run; called after every page of predictions. */
  readonly breathe: () => Promise<void>;
  /** Predictions read for one report, about; default 30,000: past it only a sample is. */
  readonly predictionsMax?: number;
}

const predictionsMaxDefault = 30_000;
/** Versions of which reports are kept, all projects together. */
const reportsMax = 256;
/** Evidence goes back this many times the memory: what is older hardly counts. */
const windowMemories = 2;

interface Kept {
  /** The project clock then. */
  readonly toPeriod: number | null;
  readonly report: Promise<CoverageReport>;
}

export class CoverageMonitor {
  readonly #options: CoverageMonitorOptions;
  /** The last report by project and version, and for which period it was made. */
  readonly #reports: Map<string, Kept> = new Map();
  readonly #latest: Map<string, CoverageReport> = new Map();

  constructor(options: CoverageMonitorOptions) {
    this.#options = options;
  }

  /**
   * How often demand lay below each quantile served, and the levels to ask a version for instead. Made anew when a period has
   * been closed; labels that come later, and corrections, count from then on.
   * @param asked default: the version that serves
   * Cost: O(predictions in the window, at most `predictionsMax`, × horizon × levels), in slices.
   */
  async measure(project: Project, asked?: string): Promise<CoverageReport> {
    const toPeriod = await this.#options.store.projectClock(project.name);
    const serving = await this.#options.servingVersion(project.name);
    const versionId = asked ?? serving;
    const key = `${project.name} ${versionId}`;
    const known = this.#reports.get(key);
    if (known !== undefined && known.toPeriod === toPeriod) return known.report;
    const report = this.#measure(project, { toPeriod, versionId });
    this.#keep(key, { toPeriod, report });
    const isCurrent = (): boolean => this.#reports.get(key)?.report === report;
    try {
      const done = await report;
      if (isCurrent() && versionId === serving) this.#latest.set(project.name, done);
      return done;
    } catch (error) {
      // The next question tries again.
      if (isCurrent()) this.#reports.delete(key);
      throw error;
    }
  }

  #keep(key: string, kept: Kept): void {
    this.#reports.delete(key);
    this.#reports.set(key, kept);
    for (const oldest of this.#reports.keys()) {
      if (this.#reports.size <= reportsMax) return;
      this.#reports.delete(oldest);
    }
  }

  /** Nothing is kept of a project that is gone, or of which the settings have changed. */
  forget(project: string): void {
    for (const key of [...this.#reports.keys()]) if (key.startsWith(`${project} `)) this.#reports.delete(key);
    this.#latest.delete(project);
  }

  /** The last report made of the version that serves; undefined before the first. */
  latest(project: string): CoverageReport | undefined {
    return this.#latest.get(project);
  }

  async #measure(
    project: Project,
    { toPeriod, versionId }: { toPeriod: number | null; versionId: string | undefined },
  ): Promise<CoverageReport> {
    const { store, breathe } = this.#options;
    const { name, levels, horizonSteps } = project;
    const memoryPeriods = memoryOf(project);
    if (toPeriod === null) return { window: null, memoryPeriods, oneIn: 1, labels: 0, kinds: [] };
    const fromPeriod = toPeriod - windowMemories * memoryPeriods + 1;
    const cutoffs = { cutoffMin: fromPeriod - horizonSteps, cutoffMax: toPeriod - 1 };
    const oneIn = await this.#oneIn(name, cutoffs);
    const evidence = new CoverageEvidence({ levels, fromPeriod, toPeriod, versionId });
    const closed = await KnownClosed.read(store, project);
    const labels = new LabelWindow({ store, project, latestPeriod: toPeriod, closed, season: 1, breathe });
    for await (const page of predictionPages(store, name, { ...cutoffs, oneIn })) {
      await labels.cover(page);
      evidence.add(page, labels);
      await breathe();
    }
    const kinds = evidence.kinds().map((demand) => ({
      demand,
      levels: adaptLevels(evidence.of(demand), { levels, memory: memoryPeriods }),
    }));
    return { window: { fromPeriod, toPeriod }, memoryPeriods, oneIn, labels: evidence.labels, kinds };
  }

  /** As if predictions were spread evenly over the cutoffs. */
  async #oneIn(project: string, range: { cutoffMin: number; cutoffMax: number }): Promise<number> {
    const { store, predictionsMax = predictionsMaxDefault } = this.#options;
    const { count, cutoffMin, cutoffMax } = await store.predictionStats(project);
    if (cutoffMin === null || cutoffMax === null) return 1;
    const shared = Math.min(cutoffMax, range.cutoffMax) - Math.max(cutoffMin, range.cutoffMin) + 1;
    const inside = (count * Math.max(0, shared)) / (cutoffMax - cutoffMin + 1);
    return Math.max(1, Math.ceil(inside / predictionsMax));
  }
}

/** Two horizons: the labels of one horizon come in while one forecast grows old; never less than two weeks of days. */
function memoryOf({ horizonSteps }: Project): number {
  return Math.max(2 * horizonSteps, 14);
}

/** What serving needs of a report: the kinds of which any level has moved. */
export function adaptationOf({ kinds }: CoverageReport): LevelAdaptation {
  const moved = kinds.filter(({ levels }) => levels.some(({ level, modelLevel }) => level !== modelLevel));
  return Object.fromEntries(
    moved.map(({ demand, levels }) => [
      demand,
      {
        levels: levels.map(({ level }) => level),
        modelLevels: levels.map(({ modelLevel }) => modelLevel),
      },
    ]),
  );
}
