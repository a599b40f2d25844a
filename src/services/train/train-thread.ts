// The long, single-threaded parts of a training on a thread of their own, so that the event loop never waits for them:
// the caller's side, and what the two sides say to each other.

import { Worker } from 'node:worker_threads';
import { AppError, type ErrorCode, isAppError } from '../../core/index.ts';
import { type EvaluatePanelOptions, type Evaluation, evaluatePanel } from '../evaluation/index.ts';
import { siblingScript } from '../jobs/index.ts';
import { checkFeatures, type FeatureCheck, type FeatureCheckInput } from './feature-check.ts';
import { type FitProjectOptions, fitProject, type ProjectFit } from './fit-project.ts';
import { decideGates, type GateDecision } from './gates/decide.ts';
import { type ExamQuestion, examine } from './gates/examine.ts';

export type TrainTask =
  | { readonly kind: 'fit'; readonly input: Omit<FitProjectOptions, 'onProgress'> }
  | { readonly kind: 'judge'; readonly input: ExamQuestion }
  | { readonly kind: 'check-features'; readonly input: FeatureCheckInput }
  | { readonly kind: 'evaluate'; readonly input: EvaluatePanelInput };

export type EvaluatePanelInput = Omit<EvaluatePanelOptions, 'onProgress' | 'onForecast'>;
type TrainOutput = ProjectFit | GateDecision | FeatureCheck | Evaluation;

export type FromTrainThread =
  | { readonly kind: 'progress'; readonly fraction: number; readonly message: string }
  | { readonly kind: 'done'; readonly output: TrainOutput }
  | {
      readonly kind: 'failed';
      /** Null for errors that have no code. */
      readonly code: ErrorCode | null;
      readonly message: string;
      readonly details: AppError['details'];
    };

type OnProgress = (fraction: number, message: string) => void;

/**
 * `fitProject` without holding up the event loop; inline when `threads` is 0. The panel is copied to the thread.
 * @param signal ends the thread at once; the promise rejects with its reason
 */
export async function fitProjectInThread(
  options: FitProjectOptions & { readonly signal: AbortSignal },
): Promise<ProjectFit> {
  const { signal, onProgress, ...input } = options;
  signal.throwIfAborted();
  if (input.threads === 0) return await fitProject({ ...input, onProgress });
  return (await runTask({ kind: 'fit', input }, { signal, onProgress })) as ProjectFit;
}

/** What the gates say of a version, without holding up the event loop; inline when `threads` is 0. The panel is copied to the thread. */
export async function judgeInThread(
  input: ExamQuestion,
  options: { readonly threads: number; readonly signal: AbortSignal },
): Promise<GateDecision> {
  const { signal, threads } = options;
  signal.throwIfAborted();
  if (threads === 0) return decideGates(await examine(input));
  return (await runTask({ kind: 'judge', input }, { signal, onProgress: () => {} })) as GateDecision;
}

/** `checkFeatures` without holding up the event loop; inline when `threads` is 0. */
export async function checkFeaturesInThread(
  input: FeatureCheckInput,
  { signal, threads }: { readonly threads: number; readonly signal: AbortSignal },
): Promise<FeatureCheck> {
  signal.throwIfAborted();
  if (threads === 0) return checkFeatures(input);
  return (await runTask({ kind: 'check-features', input }, { signal, onProgress: () => {} })) as FeatureCheck;
}

/** `evaluatePanel` without holding up the event loop; inline when `threads` is 0. The panel is copied to the thread. */
export async function evaluatePanelInThread(
  input: EvaluatePanelInput,
  watch: { readonly signal: AbortSignal; readonly onProgress: OnProgress },
): Promise<Evaluation> {
  watch.signal.throwIfAborted();
  if (input.threads === 0) return await evaluatePanel({ ...input, onProgress: watch.onProgress });
  return (await runTask({ kind: 'evaluate', input }, watch)) as Evaluation;
}

async function runTask(
  task: TrainTask,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: OnProgress },
): Promise<TrainOutput> {
  const worker = new Worker(siblingScript(import.meta.url, 'train-worker'), { workerData: task });
  try {
    return await new Promise<TrainOutput>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      worker.on('message', (message: FromTrainThread) => {
        if (message.kind === 'progress') onProgress(message.fraction, message.message);
        else if (message.kind === 'done') resolve(message.output);
        else reject(errorOf(message));
      });
      worker.on('error', reject);
      worker.on('exit', (code) => reject(new Error(`the training thread ended with code ${code}`)));
    });
  } finally {
    await worker.terminate();
  }
}

/** An error as it crosses threads: an `AppError` keeps its code. */
export function errorMessage(error: unknown): FromTrainThread {
  if (isAppError(error)) {
    const { code, message, details } = error;
    return { kind: 'failed', code, message, details: JSON.parse(JSON.stringify(details)) };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { kind: 'failed', code: null, message, details: {} };
}

function errorOf(message: Extract<FromTrainThread, { kind: 'failed' }>): Error {
  const { code, details } = message;
  return code === null ? new Error(message.message) : new AppError(code, message.message, { details });
}
