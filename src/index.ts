// Door of the package: what `import … from 'almanac'` gives.

export { AppError, isAppError } from './core/index.ts'; // errors with a code and a hint
export { defineConfig, type ProjectConfig, type UserConfig } from './interfaces/config/index.ts'; // for almanac.config.ts
export {
  evaluate,
  forecast,
  type LibraryEvaluateOptions,
  type LibraryForecast,
  type LibraryForecastOptions,
} from './interfaces/library/index.ts'; // without a project or a server
