// Door of `store`, for main.ts and tests: services know `ports.ts` only.
export { openFileBlobs } from './files/open.ts'; // content-addressed blobs in a folder
export { mayBeAlive, ownIdentity } from './files/process-identity.ts'; // whose leftovers are these?
export { openSqliteStore } from './sqlite/open.ts'; // all relational ports over one SQLite file
