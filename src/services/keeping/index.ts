// Door of `keeping`: is what is kept whole, and how it is copied and brought back.
export {
  type FolderFacts,
  faultBeforeOpening,
  faultOfFiles,
  faultOfOpened,
  faultOfPages,
} from './folder-fault.ts'; // what a server must not start on
