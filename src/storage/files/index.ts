// Door of `files`, for app/ and tests: services know the ports only.
export { openFileBlobs } from './open.ts'; // content-addressed blobs in a folder
export { mayBeAlive, ownIdentity } from './process-identity.ts'; // whose leftovers are these?
export { claimScratch, type Scratch } from './scratch.ts'; // a folder for files being written
