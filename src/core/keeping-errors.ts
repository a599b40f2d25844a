// What can be wrong with the data at rest, and with its copies: part of the table in `errors.ts`.

export const keepingErrors = {
  'store/database-missing': {
    meaning: 'Stored files are in the data folder, and the database that names them is not.',
    hint: 'Restore a backup with `almanac restore`, or go on with what is there: `almanac accept-loss`.',
  },
  'store/log-missing': {
    meaning:
      'The database was not closed in order, and the log beside it (`control.sqlite-wal`) with its last commits is gone.',
    hint: 'Restore a backup with `almanac restore`, or go on with what is there: `almanac accept-loss`.',
  },
  'store/database-older': {
    meaning: 'The database is older than what this data folder has acknowledged.',
    hint: 'Restore a backup with `almanac restore`, or go on with what is there: `almanac accept-loss`.',
  },
  'store/other-folder': {
    meaning: 'The database, the stored files and `almanac.json` do not belong to one data folder.',
    hint: 'Put back the one that was moved. Restore a backup with `almanac restore`, or go on with what is there: `almanac accept-loss`.',
  },
  'store/files-missing': {
    meaning: 'Stored files that the database names are not in the data folder.',
    hint: 'Look whether the folder `blobs` was moved or its disk is not mounted. Restore a backup with `almanac restore`, or go on with what is there: `almanac accept-loss`.',
  },
} as const;
