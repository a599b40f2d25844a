// A small training before the oldest origin: is the model over all series worth more, in which form, with how many trees?

import type { Panel } from '../../../core/index.ts';
import { type Candidate, type CandidateGroup, candidateLosses } from '../../../forecasting/evaluate/index.ts';
import { type GlobalTraining, type TargetForm, tryGlobal } from '../../../forecasting/models/index.ts';
import { boosterOf, trialLearningRate, trialTrees } from './global-budget.ts';
import { withParams } from './global-params.ts';
import { fillOrigin, type GlobalFitOptions } from './global-table.ts';

export interface Trial {
  readonly form: TargetForm;
  /** Relative to the default's; see `lossAt`. */
  readonly loss: number;
  /** That the trees of the real trainings need. */
  readonly trees: number;
}

const treesMin = 40;
/** Training's part of the time per form; forecasting has the rest. */
const trainingShare = 0.6;

/** Which form of target does better in a small training before the oldest origin, and with how many trees. */
export function tryForms(
  options: GlobalFitOptions,
  at: {
    origin: number;
    panel: Panel;
    base: Pick<GlobalTraining, 'horizon' | 'seasons' | 'nonNegative' | 'seed' | 'members' | 'rowsMax'>;
  },
): Trial {
  const forms = formsFor(options.panel);
  const usual = boosterOf(options.panel);
  const { learningRate, trees: most } = usual;
  let best: Trial = { form: forms[0] ?? 'ratio', loss: Number.POSITIVE_INFINITY, trees: most };
  if (at.origin < 0) return best;
  const asked = withParams({ ...at.base, form: best.form, levels: [], booster: usual }, options.params);
  const trees = Math.min(trialTrees, asked.booster.trees ?? trialTrees);
  const booster = { ...asked.booster, trees, learningRate: trialLearningRate };
  for (const [i, form] of forms.entries()) {
    const report = (share: number): void => options.onProgress((i + share) / forms.length);
    const training = { ...asked, form, booster };
    const { parts, trees: needed } = tryGlobal(at.panel, options.panel, training, {
      crew: options.crew,
      onProgress: (share) => report(trainingShare * share),
    });
    const onProgress = (share: number): void => report(trainingShare + (1 - trainingShare) * share);
    fillOrigin({ ...options, onProgress }, parts, at.origin);
    const loss = lossAt(options, at.origin);
    const enough = Math.round((needed * trialLearningRate) / learningRate);
    if (loss < best.loss) best = { form, loss, trees: Math.min(most, Math.max(treesMin, enough)) };
  }
  return best;
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
