// What can be wrong with the data at rest, and with its copies: part of the table in `errors.ts`.

export const keepingErrors = {
  'store/database-missing': {
    meaning: 'Stored files are in the data folder, and the database that names them is not.',
    hint: 'Restore a backup with `almanac restore`, or go on with what is there: `almanac accept-loss`.',
  },
  'store/log-missing': {
    meaning: 'The database was not closed in order, and the log beside it with its last commits is gone.',
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
  'store/needs-upgrade': {
    meaning: 'An earlier version of Almanac has written the database, and looking at it does not change it.',
    hint: 'Open it once with this version, by any command such as `almanac snapshot list`, or look with the version that wrote it.',
  },
  'backup/not-a-place': {
    meaning: 'A backup, or a restored data folder, would be written where something else lies.',
    hint: 'Name a folder that is new, empty or holds an earlier backup; to restore over a data folder add --replace.',
  },
  'backup/not-a-backup': {
    meaning: 'The folder holds no backup, or one that was not finished.',
    hint: 'Name the folder that `almanac backup` wrote: it has a `backup.json`.',
  },
  'backup/damaged': {
    meaning: 'A backup does not hold what was backed up.',
    hint: 'Use another backup; `almanac verify FOLDER` says what is wrong with this one.',
  },
  'backup/in-use': {
    meaning: 'A running process has the data folder open that a backup is to take the place of.',
    hint: 'Stop the server first.',
  },
} as const;
