// Gathers what gates judge by: decodes the version, scores it and the champion on the same folds, and tries what it would serve.

import { lastPeriod, type Panel, type Project, type Series } from '../../../core/index.ts';
import { isOver, learnablePanel, type PairedLosses, silenceOf } from '../../../forecasting/evaluate/index.ts';
import { decodeForecaster, type Forecaster, goldenFault } from '../../../forecasting/models/index.ts';
import { leadingSeason, panelOf } from '../check-data.ts';
import { type FoldScores, ofForecaster, type PanelFolds, panelFolds, scoreFolds } from '../fold-scores.ts';
import { compareLosses } from '../gate.ts';
import { decodeReport, type TrainingReport } from '../training-report.ts';
import type { ArtifactFacts, DataFacts, GateEvidence, LossFacts } from './evidence.ts';
import { type ExamLevels, examineFolds, examLevels, type FoldExam } from './fold-exam.ts';
import { plannedColumns } from './planned-columns.ts';
import { servedFacts } from './served-facts.ts';
import { slicesOf } from './slices.ts';

/** Series scored at most: the error of a mean over so many is far below every margin. */
const seriesMax = 2_000;

export interface ExamQuestion {
  readonly project: Project;
  readonly challenger: Uint8Array;
  /** Null before the first promotion. */
  readonly champion: { readonly versionId: string; readonly artifact: Uint8Array } | null;
  /** The challenger's snapshot. */
  readonly panel: Panel;
  /** As its training wrote it, see `encodeReport`. */
  readonly report: Uint8Array;
}

/**
 * @throws AppError `train/bad-report`; of a champion that does not load `models/corrupt-state`
 * Cost: of at most 2,000 series two fits a fold, or passes where the champion has not seen the demand; gives way to other work.
 */
export async function examine(question: ExamQuestion): Promise<GateEvidence> {
  const { project, panel: whole } = question;
  const champion = question.champion === null ? null : decodeForecaster(question.champion.artifact);
  const [challenger, artifact] = artifactFacts(question, champion);
  if (challenger === null || artifact.misfit !== null) return { artifact };
  const report = decodeReport(question.report);
  const { horizonSteps: horizon, nonNegative } = project;
  const season = leadingSeason(project);
  const { places, panel } = sampleOf(report, whole);
  const folds = await panelFolds(panel, report.shape);
  const wanted = examLevels(challenger);
  const plans = plannedColumns(folds);
  const own = await examineFolds(challenger, folds, wanted);
  const untold =
    plans.unplanned.length === 0
      ? null
      : {
          scores: (await examineFolds(challenger, folds, { ...wanted, plans })).scores,
          columns: plans.unplanned,
        };
  const serving =
    champion === null || question.champion === null
      ? null
      : { versionId: question.champion.versionId, ...(await opponentOf(champion, folds, wanted)) };
  return {
    artifact,
    found: {
      data: dataFacts(whole, { champion, challenger, season }),
      losses: lossFacts({
        folds,
        selected: pick(report.selected, places, report.shape.originsMax),
        seasonalNaive: pick(report.seasonalNaive, places, report.shape.originsMax),
        serving,
        own,
        untold,
        level: wanted.service,
      }),
      slices: slicesOf(project, panel, folds.kinds),
      coverage: own.coverage,
      served: await servedFacts({
        challenger,
        champion,
        panel: learnablePanel(whole).panel,
        season,
        horizon,
        nonNegative,
      }),
    },
  };
}

/** What the champion would have known at the time; only one with an earlier self is gone through twice. */
async function opponentOf(
  champion: Forecaster,
  folds: PanelFolds,
  wanted: ExamLevels,
): Promise<Pick<FoldExam, 'scores' | 'service'>> {
  const { scores, service } = await examineFolds(champion, folds, wanted);
  if (champion.models.every(({ earlier }) => earlier === undefined)) return { scores, service };
  return { scores: await scoreFolds(folds, ofForecaster(champion, folds)), service };
}

function artifactFacts(
  { project, challenger: bytes, champion: serving }: ExamQuestion,
  champion: Forecaster | null,
): [Forecaster | null, ArtifactFacts] {
  const of = {
    bytes: bytes.length,
    championBytes: serving?.artifact.length ?? null,
    championSeries: champion?.ids.length ?? null,
  };
  let forecaster: Forecaster;
  try {
    forecaster = decodeForecaster(bytes);
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error);
    return [null, { ...of, fault, misfit: null, series: 0 }];
  }
  const fault = goldenFault(forecaster) ?? null;
  return [forecaster, { ...of, fault, misfit: misfitOf(forecaster, project), series: forecaster.ids.length }];
}

function misfitOf(forecaster: Forecaster, { grid, horizonSteps, levels }: Project): string | null {
  const { intervals } = forecaster;
  if (forecaster.grid.frequency !== grid.frequency)
    return `it was trained per ${forecaster.grid.frequency}, the project is per ${grid.frequency}`;
  if (forecaster.horizon < horizonSteps)
    return `it was trained for ${forecaster.horizon} steps, the project forecasts ${horizonSteps}`;
  const missing = levels.filter((level) => !intervals.levels.includes(level));
  if (missing.length > 0) return `it has no quantiles ${missing.join(', ')}, which the project asks for`;
  return forecaster.ids.length === 0 ? 'it has no series' : null;
}

/** An even sample of the series that were fitted, and their places in the report. */
function sampleOf(report: TrainingReport, panel: Panel): { places: number[]; panel: Panel } {
  const count = Math.min(seriesMax, report.seriesIds.length);
  const step = report.seriesIds.length / count;
  const places = Array.from({ length: count }, (_, i) => Math.floor(i * step));
  const byId = new Map(panel.series.map((one) => [one.id, one]));
  // A snapshot never changes, so none is missing.
  const series = places.map((place) => byId.get(report.seriesIds[place] as string) as Series);
  return { places, panel: panelOf(panel, series) };
}

function pick(scores: FoldScores, places: readonly number[], originsMax: number): FoldScores {
  const of = (values: Float64Array): Float64Array => {
    const picked = new Float64Array(places.length * originsMax);
    for (const [i, place] of places.entries())
      picked.set(values.subarray(place * originsMax, (place + 1) * originsMax), i * originsMax);
    return picked;
  };
  return {
    losses: of(scores.losses),
    rmsses: of(scores.rmsses),
    absoluteErrors: of(scores.absoluteErrors),
    biases: of(scores.biases),
    demands: of(scores.demands),
  };
}

function dataFacts(
  panel: Panel,
  of: { readonly champion: Forecaster | null; readonly challenger: Forecaster; readonly season: number },
): DataFacts {
  const { champion, challenger, season } = of;
  const newest = panel.series.reduce(
    (most, one) => Math.max(most, lastPeriod(one)),
    Number.NEGATIVE_INFINITY,
  );
  const known = challenger.lastPeriods.reduce((most, last) => Math.max(most, last), Number.NEGATIVE_INFINITY);
  const its = new Set([...challenger.ids, ...(challenger.short ?? []).map(({ id }) => id)]);
  const served = new Set(champion?.ids ?? []);
  const living = panel.series.filter(
    (one) =>
      served.has(one.id) && lastPeriod(one) >= newest - season && !isOver(silenceOf(one.values), season),
  );
  return { newest, known, living: living.length, lost: living.filter(({ id }) => !its.has(id)).length };
}

function lossFacts(of: {
  readonly folds: PanelFolds;
  readonly selected: FoldScores;
  readonly seasonalNaive: FoldScores;
  readonly serving: {
    readonly versionId: string;
    readonly scores: FoldScores;
    readonly service: Float64Array;
  } | null;
  readonly own: FoldExam;
  readonly untold: { readonly scores: FoldScores; readonly columns: readonly string[] } | null;
  readonly level: number;
}): LossFacts {
  const { selected, seasonalNaive, serving, own } = of;
  const { originsMax } = of.folds.shape;
  const offline = compareLosses({ challenger: selected, seasonalNaive, champion: serving });
  const opponent = offline.against === 'champion' && serving !== null ? serving.scores : seasonalNaive;
  const pairs = (mine: Float64Array, theirs: Float64Array): PairedLosses => paired(mine, theirs, originsMax);
  return {
    offline,
    paired: pairs(selected.losses, opponent.losses),
    reproduced: pairs(own.scores.losses, selected.losses),
    untold:
      of.untold === null
        ? null
        : {
            columns: of.untold.columns,
            reported: pairs(of.untold.scores.losses, selected.losses),
            naive: pairs(of.untold.scores.losses, seasonalNaive.losses),
          },
    service: serving === null ? null : { ...pairs(own.service, serving.service), level: of.level },
    errors: errorSums(selected, opponent, originsMax),
  };
}

/** From entries series × originsMax + origin to rows per origin. */
function paired(mine: Float64Array, theirs: Float64Array, originsMax: number): PairedLosses {
  const series = mine.length / originsMax;
  const turned = (values: Float64Array): Float64Array =>
    Float64Array.from(
      values,
      (_, at) => values[(at % series) * originsMax + Math.floor(at / series)] as number,
    );
  return { windows: originsMax, series, mine: turned(mine), theirs: turned(theirs) };
}

/** Sums over the folds of each series that both have. */
function errorSums(mine: FoldScores, theirs: FoldScores, originsMax: number): LossFacts['errors'] {
  const series = mine.losses.length / originsMax;
  const sums = {
    mine: new Float64Array(series),
    theirs: new Float64Array(series),
    demand: new Float64Array(series),
  };
  for (const [at, error] of mine.absoluteErrors.entries()) {
    const other = theirs.absoluteErrors[at] as number;
    if (!Number.isFinite(error + other)) continue;
    const s = Math.floor(at / originsMax);
    sums.mine[s] = (sums.mine[s] as number) + error;
    sums.theirs[s] = (sums.theirs[s] as number) + other;
    sums.demand[s] = (sums.demand[s] as number) + (mine.demands[at] as number);
  }
  return sums;
}
