// Door of `serving`: load, prove, swap, forecast, log. Knows nothing of HTTP.

export type { LevelAdaptation } from './adaptation.ts'; // levels that hold what they say
export { type Asker, abandoned } from './asker.ts'; // who waits for an answer
export { BackOff } from './back-off.ts'; // work tried again
export { servingSubscriber } from './follower.ts'; // follows new rows and champions
export type { ForecastRequest, ForecastResponse, ForecastStep } from './forecast-request.ts'; // what is asked and answered
export { askOf } from './forecast-request.ts'; // steps and levels of a request
export { type ForecastAnswer, responseJson, responseOf, stepOverride } from './forecast-response.ts'; // the answer as object or JSON text
export { decodeServable, servableOf } from './from-forecaster.ts'; // the forecaster of models, serving
export type { FutureCell, FutureColumns, FutureRequest } from './future-request.ts'; // plans of a request
export type { HolidaySource } from './holiday-reader.ts'; // calendars
export {
  type PinnedForecast,
  PinnedForecasts,
  type PinnedForecastsOptions,
  type PinnedSource,
} from './pinned-forecasts.ts'; // forecasts that can be made again
export type { Preview } from './preview.ts'; // a forecast to be looked at
export type { ProjectServing } from './project-serving.ts'; // what serves one project
export type {
  ReplenishmentLine,
  ReplenishmentPosition,
  ReplenishmentRequest,
  ReplenishmentResponse,
  ReplenishmentTerms,
} from './replenishment-request.ts'; // what to order
export { responseBytes } from './response-bytes.ts'; // and as bytes
export type { DecodeServable, Explains, ForecastAsk, Servable } from './servable.ts'; // what serving needs of an artifact
export type { SeriesStanding, ServedModel } from './served-model.ts'; // one version, and how a series stands
export { Serving, type ServingOptions } from './serving.ts'; // the request path
export type { ServingStatus } from './serving-status.ts'; // how it stands
export type {
  ArtifactSource,
  ObservationSource,
  OverrideSource,
  ServingStore,
  SnapshotSource,
  VersionSource,
} from './sources.ts'; // what it reads from and writes to
export { breathe, type ServingTimers } from './timers.ts'; // time as an argument
export type { ServingLog } from './what-serves.ts'; // where it says what became of a version
