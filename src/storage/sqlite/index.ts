// Door of `sqlite`, for app/ and tests: services know the ports only.
export { openSqliteStore } from './open.ts'; // all relational ports over one SQLite file
