// Door of `edge`: exported models, which forecast without a server, a file or a network. Also `almanac/browser`.

export {
  type ExportedAnswer,
  type ExportedForecaster,
  loadForecaster,
  type ModelDescription,
  type ObservedCounts,
  type RecentHistory,
} from './exported-forecaster.ts'; // bytes that forecast
export { type ExportedModel, encodeExportedModel } from './exported-model.ts'; // a model as bytes
export { type GatherOptions, gatherModel } from './gather-model.ts'; // from a registered version
export { createHandlers, type HandlerOptions, type Handlers, type ProxyAnswer } from './handler.ts'; // events and requests
export { type Platform, webPlatform } from './platform.ts'; // clock, timers and chance
