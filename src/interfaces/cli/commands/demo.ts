// `demo`: the simulated season. The demo itself is a room of its own and is passed in; this file reads the flags.

import { resolve } from 'node:path';
import { type CommandContext, type CommandSpec, type Report, wholeNumber } from '../command.ts';
import type { DemoSummary } from '../demo-request.ts';
import type { Printer } from '../printer.ts';
import { wantsColour } from '../terminal.ts';
import { count, percent } from '../words.ts';

/** One day a second: what happens can be watched, and the season takes some minutes with its trainings. */
const dayMsDefault = 1000;

export const demo: CommandSpec = {
  name: 'demo',
  group: 'Start',
  summary: 'watch a simulated warehouse live through a season: ingest, train, serve, label, retrain, swap',
  details:
    'A day takes a second, and can be paused in the dashboard. Three to seven minutes, in a temporary folder; then the server stays up to look around in, until Ctrl-C.',
  options: [
    { flags: '--once', description: 'as fast as it goes, then exit' },
    {
      flags: '--sample <file>',
      description: 'only write the history of the warehouse as CSV, to try things with',
    },
    { flags: '--days <n>', description: 'days of the season', default: 120, parse: wholeNumber(1, 120) },
    { flags: '--seed <n>', description: 'seed of the warehouse', default: 1, parse: wholeNumber(0) },
  ],
  examples: ['demo', 'demo --once --json', 'demo --sample sales.csv'],
  endsByInterrupt: true,
  async run(context) {
    const { config, origins } = await context.load();
    const { options, terminal } = context;
    if (options.sample !== undefined) return await writeSample(context);
    const once = options.once === true;
    const story = options.json === true ? terminal.stderr : terminal.stdout;
    const told = options.json !== true || story.isTTY === true;
    const [days, seed] = [Number(options.days), Number(options.seed)];
    await context.runDemo({
      seed,
      days,
      // Headless runs must not fail because somebody has the usual port.
      port: once && !origins.has('port') ? 0 : config.port,
      dayMs: once ? 0 : dayMsDefault,
      story: told
        ? {
            write: (text) => story.write(text),
            isTTY: story.isTTY === true,
            ...(story.columns === undefined ? {} : { columns: story.columns }),
            colour: wantsColour(terminal, story),
          }
        : null,
      signal: context.signal,
      afterwards: async (summary, url) => {
        context.emit({ json: summary, print: (printer) => printSummary(printer, summary) });
        if (once) return;
        context.note(tour(url));
        if (!context.signal.aborted)
          await new Promise<void>((resolve) => context.signal.addEventListener('abort', () => resolve()));
      },
    });
    return null;
  },
};

async function writeSample(context: CommandContext): Promise<Report> {
  const file = resolve(context.terminal.cwd, String(context.options.sample));
  const written = await context.writeSample(file, Number(context.options.seed));
  return {
    json: { file, ...written },
    print: (printer) =>
      printer.line(
        `${count(written.rows)} rows written to ${file}, ${written.spoilt} of them spoilt on purpose`,
      ),
  };
}

function printSummary(printer: Printer, summary: DemoSummary): void {
  const { bold, green } = printer.colours;
  printer.line();
  printer.line(bold(`${summary.days} days in ${summary.seconds.toFixed(0)} s`));
  printer.pairs([
    [
      'error of the champion',
      `${green(bold(percent(summary.wape.champion)))} of sales; seasonal naive ${percent(summary.wape.seasonalNaive)}`,
    ],
    ['known by', `${count(summary.actualsJoined)} labels, ${percent(summary.labelCoverage)} of those due`],
    ['80 % intervals', `covered ${percent(summary.coverage80)} of what was sold`],
    [
      'forecasts served',
      `${count(summary.forecastsServed)}; ${summary.predictionsLost} lost, ${summary.failedRequests} of ${count(summary.requests)} requests failed`,
    ],
    [
      'rows taken in',
      `${count(summary.observations)}; ${summary.quarantined} quarantined of ${summary.spoiltSent} spoilt ones sent`,
    ],
    ['retrained', `${summary.retrains} times, ${summary.swaps} swaps`],
  ]);
  printer.line();
}

function tour(url: string): string {
  return [
    'The server stays up until Ctrl-C. Look around:',
    `  ${url} (the dashboard, in a browser)`,
    `  ${url}/v1/projects/warehouse/accuracy`,
    `  ${url}/v1/projects/warehouse/models`,
    `  ${url}/openapi.json`,
    `  curl -s ${url}/v1/projects/warehouse/forecast -H 'content-type: application/json' -d '{"series":["north/packing-tape"],"horizon":7}'`,
  ].join('\n');
}
