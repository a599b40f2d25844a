// Requests of a project that folds names of series: whichever spelling is asked for, its one series answers.

import { foldedSeriesId, type Project } from '../../core/index.ts';
import type { ForecastRequest } from './forecast-request.ts';
import type { FutureColumns, FutureRequest } from './future-request.ts';
import type { ReplenishmentRequest } from './replenishment-request.ts';

export function foldedRequest(project: Project, request: ForecastRequest): ForecastRequest {
  if (project.keys !== 'fold') return request;
  const { series, future } = request;
  return {
    ...request,
    ...(series === undefined ? {} : { series: series.map((id) => foldedSeriesId(id, project)) }),
    ...(future === undefined ? {} : { future: foldedFuture(project, future) }),
  };
}

/** Lists are columns for all series; what holds columns is named by a series. */
function foldedFuture(project: Project, future: FutureRequest): FutureRequest {
  const isColumns = (of: FutureRequest[string]): of is FutureColumns => !Array.isArray(of);
  return Object.fromEntries(
    Object.entries(future).map(([name, of]) => [isColumns(of) ? foldedSeriesId(name, project) : name, of]),
  );
}

export function foldedPositions(project: Project, request: ReplenishmentRequest): ReplenishmentRequest {
  if (project.keys !== 'fold') return request;
  const { positions, curves } = request;
  return {
    ...request,
    positions: positions.map((one) => ({ ...one, series: foldedSeriesId(one.series, project) })),
    ...(curves === undefined ? {} : { curves: curves.map((id) => foldedSeriesId(id, project)) }),
  };
}
