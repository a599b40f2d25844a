// The search itself: which trial at which fidelity comes next, until a budget is used up. It knows nothing of models, runs
// or clocks: an evaluation reports what it cost. Told the same results it asks the same questions, so a search that was
// interrupted is continued by answering from what was recorded.

import { canonicalJson, Rng } from '../../core/index.ts';
import { type Fidelity, nextMove } from './halving.ts';
import { drawPoint, drawUniform, type Observation, randomSampler, type SamplerName } from './sampler.ts';
import type { Params, Space } from './space.ts';
import { tpeSampler } from './tpe.ts';

/** What may be used up; null = without limit. */
export interface Budget {
  /** Trials started, the defaults included. */
  readonly trials: number;
  readonly seconds: number | null;
  readonly cpuSeconds: number | null;
}

export interface EngineOptions {
  readonly space: Space;
  readonly sampler: SamplerName;
  readonly seed: number;
  readonly budget: Budget;
  /** From cheap to whole; one = no early stopping. */
  readonly fidelities: readonly Fidelity[];
  readonly eta: number;
  /** What is used without a search: trial 0. A parameter of the space that it lacks is drawn. */
  readonly defaults: Params;
}

/** One evaluation that the engine asks for. */
export interface Task {
  readonly trial: number;
  readonly rung: number;
  readonly params: Params;
  readonly fidelity: Fidelity;
  /** Seconds after which it is to be stopped; null = none. */
  readonly secondsMax: number | null;
}

export interface TaskResult {
  /** Mean over series, lower is better; null = the trial failed. */
  readonly loss: number | null;
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** It was stopped because its seconds were over: no loss, and the end of the search. */
  readonly stopped?: boolean;
}

export interface Trial {
  readonly index: number;
  readonly params: Params;
  /** By rung; Infinity = it failed there. */
  readonly losses: readonly number[];
}

export interface Spent {
  readonly trials: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

export interface SearchState {
  readonly trials: readonly Trial[];
  readonly spent: Spent;
  /** Lowest loss at full fidelity so far; null before the defaults have reached it. */
  readonly best: Trial | null;
  /** Share of the budget that is used, 0 to 1: of the one that will end first. */
  readonly share: number;
}

export interface SearchEnd extends SearchState {
  readonly endedBy: 'trials' | 'seconds' | 'cpu-seconds' | 'space';
}

interface Mutable {
  readonly trials: { index: number; params: Params; losses: number[] }[];
  readonly tried: Set<string>;
  seconds: number;
  cpuSeconds: number;
  /** Seconds and thread-seconds kept back for two evaluations at full fidelity on one fold: the report. */
  reserve: { seconds: number; cpuSeconds: number };
}

/**
 * Runs evaluations one after the other until a budget is used up.
 * @param evaluate may reject: the search then ends with that error
 * @param onChange called after each evaluation
 */
export async function runEngine(
  options: EngineOptions,
  evaluate: (task: Task) => Promise<TaskResult>,
  onChange: (state: SearchState) => Promise<void> | void = () => {},
): Promise<SearchEnd> {
  const sampler = options.sampler === 'tpe' ? tpeSampler(options.space) : randomSampler(options.space);
  const state: Mutable = {
    trials: [],
    tried: new Set(),
    seconds: 0,
    cpuSeconds: 0,
    reserve: { seconds: 0, cpuSeconds: 0 },
  };
  const { fidelities, eta, budget } = options;
  const end = (endedBy: SearchEnd['endedBy']): SearchEnd => ({ ...view(state, options), endedBy });
  let exhausted = false;
  for (;;) {
    const over = overBudget(state, budget);
    if (over !== null) return end(over);
    const open = !exhausted && state.trials.length < budget.trials;
    const move = nextMove({ trials: state.trials, rungs: fidelities.length, eta, open });
    if (move === null) return end(exhausted ? 'space' : 'trials');
    if (move === 'new') {
      const params = nextPoint(state, options, sampler);
      if (params === null) exhausted = true;
      else state.trials.push({ index: state.trials.length, params, losses: [] });
      if (params === null) continue;
    }
    const trial = state.trials[
      move === 'new' ? state.trials.length - 1 : move.trial
    ] as Mutable['trials'][number];
    const rung = trial.losses.length;
    const result = await evaluate({
      trial: trial.index,
      rung,
      params: trial.params,
      fidelity: fidelities[rung] as Fidelity,
      secondsMax: budget.seconds === null ? null : budget.seconds - state.seconds - state.reserve.seconds,
    });
    state.seconds += result.seconds;
    state.cpuSeconds += result.cpuSeconds;
    if (result.stopped === true) return end('seconds');
    trial.losses.push(result.loss ?? Number.POSITIVE_INFINITY);
    if (trial.index === 0 && rung === fidelities.length - 1) state.reserve = reportCost(result, fidelities);
    await onChange(view(state, options));
  }
}

/** The best trial is judged on one more fold beside the defaults: two evaluations like this one, fold for fold. */
function reportCost(full: TaskResult, fidelities: readonly Fidelity[]): Mutable['reserve'] {
  const perFold = 2 / (fidelities.at(-1) as Fidelity).folds;
  return { seconds: full.seconds * perFold, cpuSeconds: full.cpuSeconds * perFold };
}

function overBudget(
  { seconds, cpuSeconds, reserve }: Mutable,
  budget: Budget,
): 'seconds' | 'cpu-seconds' | null {
  if (budget.seconds !== null && seconds + reserve.seconds >= budget.seconds) return 'seconds';
  if (budget.cpuSeconds !== null && cpuSeconds + reserve.cpuSeconds >= budget.cpuSeconds)
    return 'cpu-seconds';
  return null;
}

const redrawsMax = 20;
const randomDrawsMax = 200;

/** A point that was not tried yet; null when none can be found: the space has no more. */
function nextPoint(
  state: Mutable,
  options: EngineOptions,
  sampler: ReturnType<typeof randomSampler>,
): Params | null {
  // A source of its own for each trial: what a trial draws does not depend on how often earlier ones drew.
  const rng = new Rng(options.seed ^ Math.imul(state.trials.length + 1, 0x9e3779b1));
  const accept = (params: Params): Params | null => {
    const key = canonicalJson(params);
    if (state.tried.has(key)) return null;
    state.tried.add(key);
    return params;
  };
  if (state.trials.length === 0) {
    const { space, defaults } = options;
    return accept(drawPoint(space, (dimension) => defaults[dimension.name] ?? drawUniform(dimension, rng)));
  }
  const seen = state.trials.map(observationOf);
  for (let draw = 0; draw < redrawsMax; draw++) {
    const point = accept(sampler(seen, rng));
    if (point !== null) return point;
  }
  const random = randomSampler(options.space);
  for (let draw = 0; draw < randomDrawsMax; draw++) {
    const point = accept(random(seen, rng));
    if (point !== null) return point;
  }
  return null;
}

function observationOf({ params, losses }: Trial): Observation {
  return { params, rung: losses.length - 1, loss: losses.at(-1) ?? Number.POSITIVE_INFINITY };
}

function view(state: Mutable, { budget, fidelities }: EngineOptions): SearchState {
  const trials = state.trials.map(({ index, params, losses }) => ({ index, params, losses: [...losses] }));
  const last = fidelities.length - 1;
  const lossOf = (trial: Trial): number => trial.losses[last] ?? Number.POSITIVE_INFINITY;
  const [best] = trials
    .filter((trial) => lossOf(trial) < Number.POSITIVE_INFINITY)
    .sort((a, b) => lossOf(a) - lossOf(b) || a.index - b.index);
  const { seconds, cpuSeconds, reserve } = state;
  const shares = [
    trials.length / budget.trials,
    budget.seconds === null ? 0 : (seconds + reserve.seconds) / budget.seconds,
    budget.cpuSeconds === null ? 0 : (cpuSeconds + reserve.cpuSeconds) / budget.cpuSeconds,
  ];
  return {
    trials,
    spent: { trials: trials.length, seconds, cpuSeconds },
    best: best ?? null,
    share: Math.min(1, Math.max(...shares)),
  };
}
