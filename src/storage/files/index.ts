// Door of `files`, for app/ and tests: services know the ports only.
export { blobFiles } from './blob-files.ts'; // blobs as files, for checks and copies
export {
  bytesOf,
  holdsBlobs,
  readMarker,
  readOwner,
  writeMarker,
  writeOwner,
} from './marker-file.ts'; // whose folder it is
export { openFileBlobs } from './open.ts'; // content-addressed blobs in a folder
export { enter, filesAreKept, inTurn, inTurnNow, isOpen, keepFiles, type Presence } from './presence.ts'; // who has it open
export { mayBeAlive, ownIdentity } from './process-identity.ts'; // whose leftovers are these?
export { claimScratch, type Scratch } from './scratch.ts'; // a folder for files being written
