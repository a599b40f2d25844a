// Proof by what people really ask: a version about to serve answers the last requests before it takes their like.

import { askOf, type ForecastRequest } from './forecast-request.ts';
import { FuturePlans } from './future-plans.ts';
import type { ServedModel } from './served-model.ts';

/** Forecasts made for the proof at most. */
const forecastsMax = 512;
/** Share of them that may fall back to the baseline, or go unanswered, where the version that serves has an answer of its own. */
const worseShareMax = 0.05;
/** A candidate may take this many times the time of the version that serves, and this long in any case. */
const slowerFactorMax = 20;
const alwaysFastEnoughMs = 20;
/** Between two turns for others. */
const sliceMs = 4;

interface Tally {
  forecasts: number;
  fallbacks: number;
  unknown: number;
  candidateMs: number;
  servingMs: number;
}

/**
 * @returns why the candidate must not serve, undefined when it may. Cost: 2 × 512 forecasts, breathing between them
 */
export async function reasonFromRequests(
  candidate: ServedModel,
  serving: ServedModel,
  of: {
    readonly requests: readonly ForecastRequest[];
    readonly breathe: () => Promise<void>;
    readonly elapsedMs: () => number;
  },
): Promise<string | undefined> {
  let rested = of.elapsedMs();
  const tally: Tally = { forecasts: 0, fallbacks: 0, unknown: 0, candidateMs: 0, servingMs: 0 };
  for (const request of of.requests) {
    for (const seriesId of request.series ?? []) {
      if (tally.forecasts >= forecastsMax) return verdict(tally);
      const reason = tryOne(candidate, serving, { ...of, request, seriesId, tally });
      if (reason !== undefined) return reason;
      if (of.elapsedMs() - rested < sliceMs) continue;
      await of.breathe();
      rested = of.elapsedMs();
    }
  }
  return verdict(tally);
}

/** Adds one forecast to the tally. @returns why it alone is reason enough */
function tryOne(
  candidate: ServedModel,
  serving: ServedModel,
  of: {
    readonly request: ForecastRequest;
    readonly seriesId: string;
    readonly elapsedMs: () => number;
    readonly tally: Tally;
  },
): string | undefined {
  const { request, seriesId, elapsedMs, tally } = of;
  const begin = elapsedMs();
  const old = forecastOf(serving, of);
  const between = elapsedMs();
  if (old === undefined) return undefined;
  let answer: ReturnType<typeof forecastOf>;
  try {
    answer = forecastOf(candidate, of);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const levels = request.quantiles === undefined ? '' : ` at quantiles ${request.quantiles.join(', ')}`;
    return `it fails at a request of late, series "${seriesId}"${levels}: ${reason}`;
  }
  tally.forecasts++;
  if (answer === undefined) tally.unknown++;
  tally.servingMs += between - begin;
  tally.candidateMs += elapsedMs() - between;
  if (old === 'model' && answer === 'baseline') tally.fallbacks++;
  return undefined;
}

/** Who answered; undefined when it does not know the series. */
function forecastOf(
  served: ServedModel,
  { request, seriesId }: Pick<Parameters<typeof tryOne>[2], 'request' | 'seriesId'>,
): 'model' | 'baseline' | undefined {
  const { project, model, covariates: planned } = served;
  const ask = askOf(project, request, model.levels);
  const { knownColumns: columns = [] } = model;
  const { horizon } = ask;
  const { future } = request;
  const seriesIds = request.series ?? [];
  const cutoff = served.cutoffOf(seriesId);
  const plans = new FuturePlans(project, {
    columns,
    planned,
    horizon,
    seriesIds,
    // Steps that have come apart since it was asked are no fault of anybody: it was answered then.
    cutoffs: [cutoff],
    future,
  });
  const told = columns.length === 0 ? ask : { ...ask, future: plans.of(seriesId, cutoff).values };
  return served.forecast(seriesId, cutoff, told)?.source;
}

function verdict(tally: Tally): string | undefined {
  const { forecasts, fallbacks, unknown, candidateMs, servingMs } = tally;
  if (forecasts === 0) return undefined;
  const tooMany = Math.max(1, worseShareMax * forecasts);
  if (unknown > tooMany)
    return `of ${forecasts} forecasts asked for of late it has no answer to ${unknown}: it does not know their series`;
  if (fallbacks > tooMany)
    return `of ${forecasts} forecasts asked for of late the baseline would give ${fallbacks} that the version that serves gives itself`;
  const each = candidateMs / forecasts;
  if (each <= alwaysFastEnoughMs || each <= (slowerFactorMax * servingMs) / forecasts) return undefined;
  return `a forecast takes it ${each.toFixed(0)} ms, ${(candidateMs / servingMs).toFixed(0)} times as long as the version that serves`;
}
