// Door of `library`: what the package gives besides its configuration.
export type { ColumnFinding, DriftColumn, DriftOptions, DriftReport } from '../../forecasting/drift/index.ts'; // what drift takes and says
export { drift, evaluate, forecast } from './library.ts'; // without a project or a server
export type { LibraryEvaluateOptions, LibraryForecast, LibraryForecastOptions } from './options.ts'; // what they take and give
