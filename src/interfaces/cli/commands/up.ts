// `up`: the server, until it is told to stop.

import type { CommandSpec } from '../command.ts';

export const up: CommandSpec = {
  name: 'up',
  group: 'Start',
  summary: 'start the server: HTTP API, serving and training',
  details: 'Runs until Ctrl-C, then finishes what is under way and stops.',
  examples: ['up', 'up --port 8080 --data-folder /var/lib/almanac', 'up --processes 4'],
  endsByInterrupt: true,
  async run(context) {
    const { config, file } = await context.load();
    const services = await context.open();
    const { url } = await services.listen();
    const projects = services.projects.list().map((project) => project.name);
    context.emit({
      json: { url, dataFolder: config.dataFolder, config: file, projects },
      print(printer) {
        printer.line(`${printer.colours.bold('Almanac')} is listening on ${printer.colours.cyan(url)}`);
        printer.pairs([
          ['data', config.dataFolder],
          ['config', file ?? 'none (run `almanac init FILE` to write one)'],
          ['projects', projects.join(', ') || 'none yet'],
          ['dashboard', url],
          ['API', `${url}/openapi.json`],
        ]);
      },
    });
    if (!context.signal.aborted)
      await new Promise<void>((resolve) => context.signal.addEventListener('abort', () => resolve()));
    context.note('stopping: finishing what is under way');
    return null;
  },
};
