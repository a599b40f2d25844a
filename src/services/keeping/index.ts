// Door of `keeping`: is what is kept whole, and how it is copied and brought back.
export { type BackupNote, type Copied, type CopyParts, copyFolder } from './backup.ts'; // copies of a data folder
export {
  type FolderFacts,
  faultBeforeOpening,
  faultOfFiles,
  faultOfOpened,
  faultOfPages,
} from './folder-fault.ts'; // what a server must not start on
export { type VerifiedCheck, type VerifyParts, type VerifyReport, verify } from './verify.ts'; // is it whole
