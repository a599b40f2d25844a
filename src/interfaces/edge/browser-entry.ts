// Root of the bundle that the package offers as `almanac/browser`.
export { AppError, isAppError } from '../../core/index.ts'; // errors with a code and a hint
export {
  type ExportedAnswer,
  type ExportedForecaster,
  loadForecaster,
  type ModelDescription,
  type ObservedCounts,
  type RecentHistory,
} from './exported-forecaster.ts'; // bytes that forecast
export { createHandlers, type HandlerOptions, type Handlers, type ProxyAnswer } from './handler.ts'; // events and requests
export { type Platform, webPlatform } from './platform.ts'; // clock, timers and chance
