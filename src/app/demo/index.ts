// Door of `demo`: the simulated warehouse and its season.
export { buildWarehouse, type DemandRow, type Warehouse } from './generator.ts'; // demand from a seed
export { Pace } from './pace.ts'; // how fast its days pass
export { type DemoOptions, runDemo } from './run-demo.ts'; // what `almanac demo` runs
export { writeSampleFile } from './sample-file.ts'; // the history as a file
export { autumnSeason, type SeasonEvent, type SeasonScript } from './script.ts'; // what happens, as data
export type { SeasonNews, SeasonPlatform, SeasonServer, SeasonSummary } from './season-types.ts'; // what it needs and reports
export { Timeline, type TimelineSink } from './timeline.ts'; // the story for people
