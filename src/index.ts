// Door of the package: what `import … from 'almanac'` gives. What it imports is light: the rest comes with the first call.

import './interfaces/library/check-node.ts';

export { AppError, isAppError } from './core/index.ts'; // errors with a code and a hint
export { defineConfig } from './interfaces/config/define-config.ts'; // for almanac.config.ts
export type { ProjectConfig, UserConfig } from './interfaces/config/index.ts'; // what it holds
export {
  type ColumnFinding,
  type DriftColumn,
  type DriftOptions,
  type DriftReport,
  drift,
  evaluate,
  forecast,
  type LibraryEvaluateOptions,
  type LibraryForecast,
  type LibraryForecastOptions,
} from './interfaces/library/index.ts'; // without a project or a server
