// Door of `cli`: the command line, one file per command.
export { allCommands } from './catalog.ts'; // every command, as data
export { type CommandSpec, commandGroups, type OptionSpec } from './command.ts'; // what a command is
export type { DemoRequest, DemoSummary } from './demo-request.ts'; // what `demo` asks of the demo
export { type CliOptions, runCli } from './run-cli.ts'; // one call, from arguments to exit code
export type { CliKeeping, CliServices } from './services.ts'; // what commands need of an opened data folder
export { rendered, type Styles, styles } from './styles.ts'; // bold, dim and colours
export type { Terminal } from './terminal.ts'; // the outside world, passed in
