// Door of `projects`: which projects there are, with which settings, and what changes that while the server runs.

export type { JsonObject as ProjectSettings } from '../../storage/ports/index.ts'; // as they are written
export { mergeSettings } from './merge-settings.ts'; // a change over what was written
export { type ProjectNews, Projects, type ProjectsOptions } from './projects.ts'; // the list that everybody asks and follows
export { enqueuePurge, purgeAfter, purgePipeline, purgeSubscriber } from './purging.ts'; // what is stored of a project goes
