// The objective of a project's search: the model over all series, trained on a thread of its own.

import { AppError, type ErrorCode, gbdtParamRule, isAppError, type Panel } from '../../core/index.ts';
import { boosterOf, checkGlobalParams, formsFor } from '../fitting/index.ts';
import { siblingScript, ThreadPool, threadCpuMs } from '../jobs/index.ts';
import { trainable } from '../train/index.ts';
import { type GlobalScoreInput, scoreGlobal } from './global-score.ts';
import type { Objective, ObjectiveAsk, ObjectiveResult } from './objective.ts';
import type { ObjectiveInput } from './search-step.ts';
import { type Params, parseSpace, type Space } from './space.ts';

/** What the thread answers: an error of the training keeps its code. */
export type ScoreReply =
  | { readonly kind: 'scored'; readonly losses: Float64Array; readonly cpuMs: number }
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly message: string };

/** The work of the thread; also done on the calling thread when none is wanted. */
export function scoreTask(input: GlobalScoreInput): (ask: ObjectiveAsk) => ScoreReply {
  return (ask) => {
    const cpuBegin = threadCpuMs();
    try {
      const losses = scoreGlobal(input, ask);
      return { kind: 'scored', losses, cpuMs: threadCpuMs() - cpuBegin };
    } catch (error) {
      if (!isAppError(error)) throw error;
      return { kind: 'refused', code: error.code, message: error.message };
    }
  };
}

/**
 * The objective on the series that the project would train on.
 * @throws AppError `train/no-data`, `train/not-enough-data`
 */
export async function globalObjective({
  project,
  panel: whole,
  threads,
}: ObjectiveInput): Promise<Objective> {
  const { panel } = trainable(project, whole);
  const input: GlobalScoreInput = { panel, project };
  const score = threads === 0 ? inline(input) : onThread(input);
  return {
    defaults: defaultsFor(panel, project),
    check: checkSpace,
    evaluate: async (ask, { signal }) => {
      signal.throwIfAborted();
      return resultOf(await score.run(ask, signal));
    },
    close: score.close,
  };
}

/** What is searched when nobody says otherwise: about ten-fold around the defaults. */
export function globalSpace({ project, panel }: Pick<ObjectiveInput, 'project' | 'panel'>): Space {
  const losses = project.nonNegative ? ['squared', 'poisson', 'tweedie'] : ['squared'];
  const forms = formsFor(panel);
  return parseSpace({
    ...(forms.length > 1 ? { form: { kind: 'choice', values: forms } } : {}),
    ...(losses.length > 1
      ? { loss: { kind: 'choice', values: losses, ...(forms.length > 1 ? { when: { form: 'ratio' } } : {}) } }
      : {}),
    ...(losses.length > 1
      ? { tweediePower: { kind: 'float', min: 1.02, max: 1.8, when: { loss: 'tweedie' } } }
      : {}),
    learningRate: { kind: 'float', min: 0.01, max: 0.2, scale: 'log' },
    trees: { kind: 'integer', min: 80, max: 1000, scale: 'log' },
    leaves: { kind: 'integer', min: 6, max: 128, scale: 'log' },
    rowsPerLeafMin: { kind: 'integer', min: 5, max: 500, scale: 'log' },
    lambda: { kind: 'float', min: 0.001, max: 100, scale: 'log' },
    rowShare: { kind: 'float', min: 0.4, max: 1 },
    featureShare: { kind: 'float', min: 0.3, max: 1 },
  });
}

interface Scorer {
  run(ask: ObjectiveAsk, signal: AbortSignal): Promise<ScoreReply>;
  close(): Promise<void>;
}

function inline(input: GlobalScoreInput): Scorer {
  const task = scoreTask(input);
  return { run: async (ask) => task(ask), close: async () => {} };
}

/** One thread that holds the panel; ended at once when an evaluation is to stop, and started anew for the next. */
function onThread(input: GlobalScoreInput): Scorer {
  let pool: ThreadPool<ObjectiveAsk, ScoreReply> | undefined;
  const close = async (): Promise<void> => {
    const closing = pool;
    pool = undefined;
    await closing?.close();
  };
  return {
    close,
    run: async (ask, signal) => {
      pool ??= new ThreadPool({
        script: siblingScript(import.meta.url, 'score-worker'),
        size: 1,
        data: input,
      });
      const stop = (): void => void close();
      signal.addEventListener('abort', stop, { once: true });
      try {
        return await pool.run(ask);
      } catch (error) {
        signal.throwIfAborted();
        throw error;
      } finally {
        signal.removeEventListener('abort', stop);
      }
    },
  };
}

function resultOf(reply: ScoreReply): ObjectiveResult {
  if (reply.kind === 'scored') return { losses: reply.losses, cpuSeconds: reply.cpuMs / 1000 };
  throw new AppError(reply.code, reply.message);
}

/** What the trees take where the training sets nothing. */
const unset = { tweediePower: 1.1, lambda: 0 };

function defaultsFor(panel: Panel, { nonNegative, gbdt }: ObjectiveInput['project']): Params {
  const [form = 'ratio'] = formsFor(panel);
  const loss = nonNegative && form === 'ratio' ? 'tweedie' : 'squared';
  return { form, loss, priceEffect: gbdt?.priceEffect ?? 'free', ...unset, ...boosterOf(panel) };
}

/** Every value of the space must be one that the training takes. */
function checkSpace({ dimensions }: Space): void {
  for (const dimension of dimensions) {
    const values = dimension.kind === 'choice' ? dimension.values : [dimension.min, dimension.max];
    for (const value of values) checkGlobalParams({ [dimension.name]: value });
    const whole = gbdtParamRule(dimension.name)?.kind === 'integer';
    if (whole && dimension.kind === 'float')
      throw new AppError(
        'train/bad-search',
        `parameter ${dimension.name} is a whole number: give it the kind integer`,
      );
  }
}
