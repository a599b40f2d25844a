// Whether and when a failed step is tried again.

import { isAppError } from '../../core/index.ts';

/** Tries of a step that fails with something that may pass: a full disk, a locked database. About 15 minutes. */
const triesMaxHealing = 10;
/** Tries of a step that throws something nobody has named: a bug mostly, a passing trouble sometimes. */
const triesMaxUnknown = 3;
const delayMsMin = 1000;
const delayMsMax = 300_000;

/**
 * How long to wait before the next try.
 * @param failures how often the step has failed, this time included
 * @returns milliseconds; null = do not try again
 */
export function retryDelayMs(error: unknown, failures: number): number | null {
  if (isAppError(error) && !error.heals) return null;
  const triesMax = isAppError(error) ? triesMaxHealing : triesMaxUnknown;
  if (failures >= triesMax) return null;
  return Math.min(delayMsMax, delayMsMin * 2 ** (failures - 1));
}

/** The failure as it is stored with the job: code and message for named errors, the message for others. */
export function errorText(error: unknown): string {
  if (isAppError(error)) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
