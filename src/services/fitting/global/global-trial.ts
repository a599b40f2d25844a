// A small training before the oldest origin: is the model over all series worth more, in which form, with how many trees?

import type { Panel } from '../../../core/index.ts';
import { type Candidate, type CandidateGroup, candidateLosses } from '../../../forecasting/evaluate/index.ts';
import { mayHaveLifts } from '../../../forecasting/features/index.ts';
import { type GlobalTraining, type TargetForm, tryGlobal } from '../../../forecasting/models/index.ts';
import { boosterOf, cheapTrees, trialLearningRate, trialTrees } from './global-budget.ts';
import { withParams } from './global-params.ts';
import { fillOrigin, type GlobalFitOptions } from './global-table.ts';

export interface Trial {
  readonly form: TargetForm;
  /** Whether demand is divided by its lifts. */
  readonly lifts: boolean;
  /** Relative to the default's; see `lossAt`. */
  readonly loss: number;
  /** That the trees of the real trainings need. */
  readonly trees: number;
}

const treesMin = 40;
/** Training's part of the time per form; forecasting has the rest. */
const trainingShare = 0.6;

/** What is learnt of a panel. */
interface Way {
  readonly form: TargetForm;
  readonly lifts: boolean;
}

/** With covariates the form that is likelier stays unless the other makes the error smaller by this share. */
const otherFormGainMin = 0.05;

interface Tried extends Trial {
  /** Mean absolute error in units of each series' usual change, over what came after. */
  readonly error: number;
}

/** Lifts must make the error smaller by this share: they cost time and one more thing to be wrong. */
const liftsGainMin = 0.005;

/**
 * What to learn: which form of target does better in a small training before the oldest origin, with demand divided by its
 * lifts or not, and with how many trees.
 */
export function tryForms(
  options: GlobalFitOptions,
  at: {
    origin: number;
    panel: Panel;
    base: Pick<GlobalTraining, 'horizon' | 'seasons' | 'nonNegative' | 'seed' | 'members' | 'rowsMax'>;
  },
): Trial {
  const usual = boosterOf(options.panel);
  const forms = formsFor(options.panel);
  const likely = forms[0] ?? 'ratio';
  const untried = { form: likely, lifts: false, loss: Number.POSITIVE_INFINITY, trees: usual.trees };
  if (at.origin < 0) return untried;
  const ways = 1 + (forms.length - 1) + (mayHaveLifts(options.panel) ? 1 : 0);
  let done = 0;
  const tryWay = (way: Way): Tried => {
    const onProgress = (share: number): void => options.onProgress((done + share) / ways);
    const trial = tryOne({ ...options, onProgress }, { ...at, way });
    done++;
    return trial;
  };
  // With covariates each row says something else, and many origins say more than the oldest alone.
  const isBetter = (one: Tried, than: Tried): boolean =>
    options.panel.covariates === undefined
      ? one.loss < than.loss
      : one.error < (1 - otherFormGainMin) * than.error;
  let best = tryWay({ form: likely, lifts: false });
  if (mayHaveLifts(options.panel)) {
    const lifted = tryWay({ form: likely, lifts: true });
    if (lifted.error < (1 - liftsGainMin) * best.error) best = lifted;
  }
  for (const form of forms.slice(1)) {
    const other = tryWay({ form, lifts: best.lifts });
    if (isBetter(other, best)) best = other;
  }
  return best;
}

function tryOne(
  options: GlobalFitOptions,
  at: Parameters<typeof tryForms>[1] & { readonly way: Way },
): Tried {
  const usual = boosterOf(options.panel);
  const { learningRate, trees: most } = usual;
  const training = { ...at.base, ...at.way, levels: [], booster: usual };
  const { panel, params } = options;
  // Without covariates little is to be told apart: the forms are compared by one loss, that of the likelier.
  const likely = formsFor(panel)[0] ?? at.way.form;
  const asked =
    panel.covariates === undefined
      ? { ...withParams({ ...training, form: likely }, params), form: at.way.form }
      : withParams(training, params);
  const trees = Math.min(trialTrees, asked.booster.trees ?? trialTrees);
  const booster = { ...asked.booster, trees, learningRate: trialLearningRate };
  const found = tryGlobal(
    at.panel,
    options.panel,
    { ...asked, booster },
    { crew: options.crew, onProgress: (share) => options.onProgress(trainingShare * share) },
  );
  const onProgress = (share: number): void => options.onProgress(trainingShare + (1 - trainingShare) * share);
  fillOrigin({ ...options, onProgress }, found.parts, at.origin);
  const enough = Math.round((found.trees * trialLearningRate) / learningRate);
  return {
    ...at.way,
    loss: lossAt(options, at.origin),
    trees: Math.min(most, Math.max(treesMin, cheapTrees(options.panel, at.base.horizon), enough)),
    error: found.error,
  };
}

/** Logarithms are for demand that is hardly ever zero. */
const zerosMax = 0.02;

/** Forms of target that suit the panel, the likelier first. */
export function formsFor(panel: Panel): readonly TargetForm[] {
  let zeros = 0;
  let known = 0;
  for (const { values } of panel.series) {
    for (const value of values) {
      if (value < 0) return ['ratio'];
      if (value === 0) zeros++;
      if (value >= 0) known++;
    }
  }
  return zeros > zerosMax * known ? ['ratio'] : ['log', 'ratio'];
}

/**
 * Mean loss of the model at an origin relative to that of what is served by default, over series of each group; its own
 * mean loss where it is the default itself.
 */
function lossAt(options: GlobalFitOptions, origin: number): number {
  const { table, plan, model, groups } = options;
  const { originsMax } = table;
  let sum = 0;
  let count = 0;
  for (const group of [plan.regular, plan.intermittent]) {
    const fallback = group.candidates[group.fallback] as Candidate;
    const losses = candidateLosses(table, {
      candidates: [{ name: '', members: [model] }, fallback],
      kind: group.loss,
      isWanted: (s) => groups[s] === group && (table.origins[s] as number) > origin,
    });
    const totals = { mine: 0, theirs: 0, series: 0 };
    for (let s = 0; s < table.seriesCount; s++) {
      const at = s * 2 * originsMax + origin;
      const [mine, theirs] = [losses.values[at] as number, losses.values[at + originsMax] as number];
      if (Number.isNaN(mine + theirs)) continue;
      totals.mine += mine;
      totals.theirs += theirs;
      totals.series++;
    }
    if (totals.series === 0 || totals.theirs === 0) continue;
    sum += isDefault(group, model) ? totals.mine : (totals.series * totals.mine) / totals.theirs;
    count += totals.series;
  }
  return count > 0 ? sum / count : Number.POSITIVE_INFINITY;
}

/** Whether the model is served where nothing is known to be better. */
export function isDefault({ candidates, fallback }: CandidateGroup, model: number): boolean {
  return candidates[fallback]?.members.includes(model) === true;
}
