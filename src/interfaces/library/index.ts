// Door of `library`: what the package gives besides its configuration.
export {
  evaluate,
  forecast,
  type LibraryEvaluateOptions,
  type LibraryForecast,
  type LibraryForecastOptions,
} from './library.ts'; // without a project or a server
