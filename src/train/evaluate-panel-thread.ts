// `evaluatePanel` on a thread of its own: the caller's side.

import { siblingScript } from '../jobs/index.ts';
import { type EvaluatePanelOptions, type Evaluation, evaluatePanel } from './evaluate-panel.ts';
import { type OnProgress, runTaskThread } from './task-thread.ts';

export type EvaluatePanelData = Omit<EvaluatePanelOptions, 'onProgress' | 'onForecast'>;

/**
 * `evaluatePanel` without holding up the event loop; inline when `threads` is 0. The panel is copied to the thread.
 * @param watch `signal` ends the thread at once; the promise rejects with its reason
 */
export async function evaluatePanelInThread(
  data: EvaluatePanelData,
  watch: { readonly signal: AbortSignal; readonly onProgress: OnProgress },
): Promise<Evaluation> {
  watch.signal.throwIfAborted();
  if (data.threads === 0) return await evaluatePanel({ ...data, onProgress: watch.onProgress });
  const script = siblingScript(import.meta.url, 'evaluate-panel-worker');
  return await runTaskThread<EvaluatePanelData, Evaluation>(script, data, watch);
}
