// Door of `sources`: rows of databases and files of buckets, read by the clock, and what other systems post.
export { checkSourceSchedules, sourcePipeline, sourceSchedules } from './pipeline.ts'; // reading as a job
export type { SourceStatus } from './source-status.ts'; // how far one is
export { Sources, type SourcesOptions } from './sources.ts'; // all sources of an installation
export { signatureOf } from './webhook-proof.ts'; // as deliveries are signed
export { type Admission, type DeliveredBody, Webhooks } from './webhooks.ts'; // what other systems post
