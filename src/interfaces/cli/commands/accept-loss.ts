// `accept-loss`: goes on with a data folder of which something is missing.

import type { CommandSpec } from '../command.ts';

export const acceptLoss: CommandSpec = {
  name: 'accept-loss',
  group: 'Keeping',
  summary: 'go on with a data folder of which something is missing',
  details:
    'A server does not start on a data folder whose database or files are gone, older or of another folder. Restoring a backup\n' +
    'is better; where there is none, this makes what is there the whole. What is missing stays lost; nothing is removed.',
  examples: ['accept-loss', 'accept-loss --data-folder /srv/almanac --json'],
  async run(context) {
    const losses = await (await context.keeping()).acceptLoss();
    return {
      json: { accepted: losses.map(({ code, message }) => ({ code, message })) },
      print(printer) {
        for (const { code, message } of losses) printer.line(`accepted: ${message} (${code})`);
        if (losses.length === 0) printer.line('nothing is missing: there was nothing to accept');
      },
    };
  },
};
