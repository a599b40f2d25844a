// What the versions answered of a request, as one answer in the order of the request.

import type { Asked } from './asked.ts';
import type { HeldForecast } from './forecast-cache.ts';
import type { ForecastRequest } from './forecast-request.ts';
import type { AnsweredForecast, ForecastAnswer } from './forecast-response.ts';
import { plannedColumns } from './future-request.ts';

export interface PartAnswer {
  readonly asked: Asked;
  readonly held: readonly HeldForecast[];
  readonly forecasts: readonly AnsweredForecast[];
}

/** @param parts the first names the model of the answer; forecasts of the others name their own */
export function joinedAnswer(
  parts: readonly [PartAnswer, ...PartAnswer[]],
  { requestId, request }: { requestId: string; request: ForecastRequest },
): ForecastAnswer {
  const [{ asked, forecasts }] = parts;
  const isWhole = parts.length === 1;
  const { served, purpose, ask } = asked;
  const { project } = served;
  return {
    requestId,
    model: { name: project.name, ...modelOf(asked) },
    grid: project.grid,
    cutoff: oldestCutoff(parts),
    levels: ask.levels,
    forecasts: isWhole ? forecasts : inOrder(parts, request),
    missingCovariates: missingOf(parts),
    ignoredCovariates: ignoredOf(parts, request),
    degraded: isWhole ? asked.part.degraded : degradedOf(parts),
    purpose,
  };
}

function modelOf({ served, part }: Asked): { readonly version: number; readonly arm: string } {
  return { version: served.version?.number ?? 0, arm: part.arm };
}

function degradedOf(parts: readonly PartAnswer[]): string | undefined {
  const reasons = new Set(parts.flatMap(({ asked }) => asked.part.degraded ?? []));
  return reasons.size === 0 ? undefined : [...reasons].join('; ');
}

function oldestCutoff(parts: readonly PartAnswer[]): number {
  let oldest = Number.POSITIVE_INFINITY;
  for (const { asked } of parts) for (const { cutoff } of asked.bases) if (cutoff < oldest) oldest = cutoff;
  return oldest;
}

/** Columns of which a forecast missed some step, in the order of the model. */
function missingOf(parts: readonly PartAnswer[]): readonly string[] {
  if (parts.every(({ held }) => held.every(({ missing }) => missing.length === 0))) return [];
  const missing = new Set(parts.flatMap(({ held }) => held.flatMap((forecast) => forecast.missing)));
  const columns = new Set(parts.flatMap(({ asked }) => asked.served.model.knownColumns ?? []));
  return [...columns].filter((name) => missing.has(name));
}

/** Columns that the request plans, and that what forecasts some series of it does not look at. */
function ignoredOf(parts: readonly PartAnswer[], { future }: ForecastRequest): readonly string[] {
  if (future === undefined) return [];
  const [{ asked }] = parts as readonly [PartAnswer, ...PartAnswer[]];
  const { known = [] } = asked.served.project.columns;
  return plannedColumns(future).filter(
    (name) =>
      known.includes(name) &&
      parts.some(({ asked: { served, seriesIds } }) => seriesIds.some((id) => !served.looksAt(id, name))),
  );
}

/** As the request names them; where it names none, part after part. */
function inOrder(parts: readonly PartAnswer[], { series }: ForecastRequest): readonly AnsweredForecast[] {
  const forecasts = parts.flatMap((part, i) => {
    if (i === 0) return part.forecasts;
    const model = modelOf(part.asked);
    // Text that is kept for a forecast says nothing of its model: these are written anew.
    return part.forecasts.map(({ prediction, reason, ended, silent, unfinished }) => ({
      prediction,
      reason,
      model,
      ...(ended === undefined ? {} : { ended }),
      ...(silent === undefined ? {} : { silent }),
      ...(unfinished === undefined ? {} : { unfinished }),
    }));
  });
  if (series === undefined) return forecasts;
  const places = new Map([...new Set(series)].map((id, i) => [id, i]));
  const place = ({ prediction }: AnsweredForecast): number => places.get(prediction.seriesId) ?? 0;
  return forecasts.sort((a, b) => place(a) - place(b));
}
