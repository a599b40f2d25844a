// The trial of a version before it takes traffic: loaded, tried on a sample and on the last real requests, beside what serves.

import type { VersionRecord } from '../../storage/ports/index.ts';
import type { ForecastRequest } from './forecast-request.ts';
import { reasonToRefuse } from './proof.ts';
import { reasonFromRequests } from './replay-proof.ts';
import type { ServedModel } from './served-model.ts';
import type { VersionLoader } from './version-loader.ts';

/** Why a version could not be taken in. */
export interface Failure {
  readonly reason: string;
  /** It was tried and found wanting; false = it cannot be read here, which may pass. */
  readonly refused: boolean;
  readonly cause?: unknown;
}

/** @returns the version, up to date and fit to serve, or what speaks against it. Cost: its loading, and 2 × 768 forecasts at most */
export async function tryVersion(
  version: VersionRecord,
  of: {
    readonly loader: VersionLoader;
    /** What serves now; undefined = nothing does. */
    readonly serving: ServedModel | undefined;
    readonly requests: readonly ForecastRequest[];
    readonly breathe: () => Promise<void>;
    readonly elapsedMs: () => number;
  },
): Promise<ServedModel | Failure> {
  const { loader, serving, breathe } = of;
  const candidate = await loadOr(loader, version);
  if (isFailure(candidate)) return candidate;
  try {
    const reason =
      (await reasonToRefuse(candidate, serving, breathe)) ??
      (serving?.version ? await reasonFromRequests(candidate, serving, of) : undefined);
    if (reason !== undefined) return { reason, refused: true };
  } catch (error) {
    return { reason: messageOf(error), refused: true, cause: error };
  }
  await loader.catchUp(candidate);
  return candidate;
}

/** @returns the version as it was learnt and with what came since, or why it cannot be read */
export async function loadOr(loader: VersionLoader, version: VersionRecord): Promise<ServedModel | Failure> {
  try {
    return await loader.load(version);
  } catch (error) {
    return { reason: messageOf(error), refused: false, cause: error };
  }
}

export function isFailure(tried: object): tried is Failure {
  return 'refused' in tried;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
