// Door of `sources`: rows of databases and files of buckets, read by the clock.
export { checkSourceSchedules, sourcePipeline, sourceSchedules } from './pipeline.ts'; // reading as a job
export { type SourceStatus, Sources, type SourcesOptions } from './sources.ts'; // all sources of an installation
