// Door of `sqlite`, for app/ and tests: services know the ports only.
export { copyDatabase } from './copy-database.ts'; // a copy beside whoever writes
export { openInspection } from './inspect.ts'; // all that is kept, looked at
export { openSqliteStore } from './open.ts'; // all relational ports over one SQLite file
