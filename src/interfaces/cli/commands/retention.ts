// `retention`: what is removed because it is old.

import type { CommandSpec } from '../command.ts';
import { bytes, count, moment } from '../words.ts';

export const retention: CommandSpec = {
  name: 'retention',
  group: 'Keeping',
  summary: 'show what is old enough to be removed, and what has been',
  details:
    'A running server removes it once a day, in small steps; the ages are settings (`retention` in the configuration). Nothing is\n' +
    'removed by this command, unless --run is given.',
  options: [
    { flags: '--preview', description: 'only show what would go: the default' },
    { flags: '--run', description: 'remove it now' },
  ],
  examples: ['retention', 'retention --run --json'],
  async run(context) {
    const { retention: service } = await context.open();
    if (context.options.run === true) {
      const removed = await service.run();
      return {
        json: { removed },
        print(printer) {
          printer.table(
            [
              { title: 'kind', value: ([kind]) => kind },
              { title: 'removed', align: 'right', value: ([, n]) => count(n) },
            ],
            Object.entries(removed),
          );
        },
      };
    }
    const looks = await service.preview();
    const { records, lastAt } = await service.past();
    return {
      json: { wouldGo: looks, lastAt, removed: records },
      print(printer) {
        const sum = (kind: string): number =>
          records.filter((record) => record.kind === kind).reduce((total, { removed }) => total + removed, 0);
        printer.table(
          [
            { title: 'kind', value: (look) => look.kind },
            { title: 'kept', value: (look) => (look.days === 0 ? 'for ever' : `${count(look.days)} days`) },
            { title: 'would go', align: 'right', value: (look) => count(look.count) },
            {
              title: 'size',
              align: 'right',
              value: (look) => (look.sizeBytes === null ? '' : bytes(look.sizeBytes)),
            },
            {
              title: 'gone so far',
              align: 'right',
              value: (look) => (look.kind === 'files' ? '' : count(sum(look.kind))),
            },
          ],
          looks,
        );
        printer.line();
        printer.line(
          lastAt === null ? 'a server has not removed anything yet' : `last run: ${moment(lastAt)}`,
        );
      },
    };
  },
};
