// Door of `library`: what the package gives besides its configuration.
export { evaluate, forecast } from './library.ts'; // without a project or a server
export type { LibraryEvaluateOptions, LibraryForecast, LibraryForecastOptions } from './options.ts'; // what they take and give
