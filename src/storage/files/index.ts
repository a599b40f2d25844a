// Door of `files`, for app/ and tests: services know the ports only.
export { type BlobFiles, blobFiles } from './blob-files.ts'; // what lies in a folder of blobs, without writing there
export { type LocalCacheOptions, openLocalCache } from './local-cache.ts'; // local files of blobs that are stored elsewhere
export {
  bytesOf,
  holdsBlobs,
  readMarker,
  readOwner,
  writeMarker,
  writeOwner,
} from './marker-file.ts'; // whose folder it is
export { type FileBlobs, openFileBlobs } from './open.ts'; // content-addressed blobs in a folder
export { enter, filesAreKept, inTurn, inTurnNow, isOpen, keepFiles, type Presence } from './presence.ts'; // who has it open
export { mayBeAlive, ownIdentity } from './process-identity.ts'; // whose leftovers are these?
export { claimScratch, type Scratch } from './scratch.ts'; // a folder for files being written
