// Door of `config`: the settings, from one schema.
export { type Config, isLoopback, resolveConfig } from './config.ts'; // the resolved configuration
export { readContractFile } from './contract-file.ts'; // a data contract from its file
export { defineConfig } from './define-config.ts'; // marks a configuration for editors
export { secretOf } from './environment.ts'; // what a variable holds
export { configFileNames } from './file.ts'; // where it is looked for
export { type LoadedConfig, type LoadOptions, loadConfig, type Origin } from './load.ts'; // defaults, file, variables, flags
export { readMapping, readMappingFile } from './mapping-file.ts'; // files that are called and written otherwise
export type { MappingConfig } from './mapping-schema.ts'; // as users write it
export { defineProject, horizonDefault } from './project.ts'; // one project alone; steps ahead where nothing is said
export { readDialect } from './read-dialect.ts'; // how a file is written, without a project
export {
  type LogLevel,
  type ProjectConfig,
  projectNamePattern,
  type UserConfig,
} from './schema.ts'; // what users write
export {
  alertRouteSettings,
  projectSettings,
  type Setting,
  settings,
  sourceSettings,
  streamSettings,
} from './settings.ts'; // the flat list: flags, variables, docs
export { type ConfigRow, configRows } from './show.ts'; // for `config show`
export { nearestName } from './similar.ts'; // did you mean
export type { SourceConfig } from './source-schema.ts'; // one source, as users write it
export type { StreamConfig } from './stream-schema.ts'; // one stream, as users write it
