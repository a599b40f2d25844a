// `backup` and `restore`: copies of the data folder, and data folders made of them.

import type { CommandSpec } from '../command.ts';
import { bytes, count, moment } from '../words.ts';

export const backup: CommandSpec = {
  name: 'backup',
  group: 'Keeping',
  arguments: '<folder>',
  summary: 'copy everything that is kept into a folder, also while a server runs',
  details:
    'All that was acknowledged before the command began is in the copy. On the same disk stored files become second names of the\n' +
    'same bytes: quick and small, and no help when the disk fails. A folder that holds an earlier backup is brought up to date.',
  examples: ['backup /backups/almanac', 'backup /backups/almanac --json'],
  async run(context) {
    const progress = context.progress('backup');
    const keeping = await context.keeping();
    const done = await keeping.backup({
      to: context.args[0] as string,
      onProgress: (fraction, message) => progress.update(fraction, message),
    });
    return {
      json: done,
      print(printer) {
        printer.pairs([
          ['backup', done.to],
          ['as of', moment(done.begunAt)],
          ['files', `${count(done.files)}, ${bytes(done.sizeBytes)}, ${count(done.linked)} of them linked`],
          ...holds(done.ledger),
        ]);
      },
    };
  },
};

export const restore: CommandSpec = {
  name: 'restore',
  group: 'Keeping',
  arguments: '<folder>',
  summary: 'make the data folder of a backup',
  details:
    'Every file is checked on the way, and the whole against what was backed up. Without --replace the data folder must be new\n' +
    'or empty; with it, what is there is moved aside, not removed.',
  options: [{ flags: '--replace', description: 'move aside the data folder that is there' }],
  examples: ['restore /backups/almanac', 'restore /backups/almanac --data-folder /srv/almanac --replace'],
  async run(context) {
    const progress = context.progress('restore');
    const keeping = await context.keeping();
    const done = await keeping.restore({
      from: context.args[0] as string,
      replace: context.options.replace === true,
      onProgress: (fraction, message) => progress.update(fraction, message),
    });
    return {
      json: done,
      print(printer) {
        printer.pairs([
          ['data folder', done.to],
          ['as of', moment(done.begunAt)],
          ['moved aside', done.before],
          ['files', `${count(done.files)}, ${bytes(done.sizeBytes)}`],
          ...holds(done.ledger),
        ]);
      },
    };
  },
};

const kindsHeld = ['rows', 'batches', 'predictions', 'exposures', 'overrides', 'versions', 'events'] as const;

/** How much of each kind there is. */
function holds(ledger: Readonly<Record<(typeof kindsHeld)[number], { count: number }>>): [string, string][] {
  return kindsHeld.map((kind) => [kind, count(ledger[kind].count)]);
}
