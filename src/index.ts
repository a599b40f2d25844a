// Door of the package: what `import … from 'almanac'` gives.
export { defineConfig, type ProjectConfig, type UserConfig } from './config/index.ts'; // for almanac.config.ts
export { AppError, isAppError } from './core/index.ts'; // errors with a code and a hint
export {
  evaluate,
  forecast,
  type LibraryEvaluateOptions,
  type LibraryForecast,
  type LibraryForecastOptions,
} from './library.ts'; // without a project or a server
