// What can be wrong with adding, changing and removing projects: part of the table in `errors.ts`.

export const projectErrors = {
  'projects/exists': {
    meaning: 'A project of that name is there already.',
    hint: 'Change it (PATCH /v1/projects/{project}, `almanac projects change`), or choose another name.',
  },
  'projects/in-file': {
    meaning: 'The settings of this project are owned by the configuration file.',
    hint: 'Edit the file and restart. To own them here instead, take the project out of the file, restart, and add it: its data stay.',
  },
  'projects/in-both': {
    meaning: 'The configuration file names a project that was added while the server ran.',
    hint: 'Take it out of the file, or remove the stored one (`almanac projects remove NAME`, from a folder without that file): its data stay, and the file owns it from then on.',
  },
  'projects/changed-meanwhile': {
    meaning: 'The settings of the project are not those any more that the change was made from.',
    hint: 'Read the project again, and repeat the change with the version that it has now.',
  },
  'projects/busy': {
    meaning: 'Jobs of the project are queued or running.',
    hint: 'Wait until they have ended, or let them be cancelled: `jobs=cancel`, `--cancel-jobs`.',
  },
  'projects/removed': {
    meaning: 'The project has been removed; its data are kept.',
    hint: 'Restore it (`almanac projects restore NAME`), or purge it before you use its name for another.',
  },
  'projects/being-purged': {
    meaning: 'What is stored of the removed project is being deleted; its name is free when that is done.',
    hint: 'Wait for the job `purge` (GET /v1/jobs), or choose another name.',
  },
  'projects/not-removed': {
    meaning: 'No removed project has that name.',
    hint: 'GET /v1/removed-projects and `almanac projects list --removed` name them.',
  },
  'projects/too-many': {
    meaning: 'There are as many projects as one installation can hold.',
    hint: 'Remove some that are not needed, or start another server with a data folder of its own.',
  },
} as const;
