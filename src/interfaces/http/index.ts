// Door of `http`: the API over the services.

export type { Site, SiteFile } from './dashboard/site.ts'; // the dashboard, read by whoever knows where it lies
export type { DemoControl, DemoEvent, DemoRequest, DemoState } from './demo-contract.ts'; // the demo's days
export { forecastRequestOf } from './forecast-request.ts'; // a forecast request that came by another door
export type { HttpLimits } from './limits.ts'; // what a client may hold
export { openApiDocument } from './openapi-document.ts'; // the API, described
export { problemOf, toAppError } from './problem.ts'; // errors as problem documents
export { buildHttp } from './server.ts'; // the server
export type {
  BodyFormat,
  HttpData,
  HttpEvents,
  HttpLog,
  HttpOptions,
  HttpServices,
  HttpSettings,
  OtherProcesses,
} from './services.ts'; // what it needs
export { alone } from './services.ts'; // one process without others
export { closePort } from './shutdown.ts'; // no new connections from then on
