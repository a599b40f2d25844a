// `streams`: what is read from brokers and how far, and reading it again.

import { parseReplayFrom } from '../../../services/streams/index.ts';
import type { CommandSpec } from '../command.ts';
import type { Printer } from '../printer.ts';
import { UsageError } from '../report-error.ts';
import type { StreamStatus } from '../services.ts';
import { count, moment } from '../words.ts';

export const streamsList: CommandSpec = {
  name: 'streams list',
  group: 'Data',
  summary: 'the streams that are read from NATS or Kafka, and how far',
  details:
    'Asks the brokers how many messages wait. `elsewhere` = a server on this data folder reads the stream, `idle` = nobody does.',
  examples: ['streams', 'streams list --json'],
  isDefault: true,
  async run(context) {
    const { streams } = await context.open();
    const list = await streams.list({ askBrokers: true });
    return {
      json: list,
      print(printer) {
        if (list.length === 0) printer.line('no stream is configured: `almanac docs streams`');
        else printStreams(printer, list);
      },
    };
  },
};

export const streamsReplay: CommandSpec = {
  name: 'streams replay',
  arguments: '<name>',
  group: 'Data',
  summary: 'read a stream again from an earlier message, or skip to a later one',
  details:
    'A server that reads the stream goes on from there within seconds. What is read again lands as later batches: the same\n' +
    'values change nothing, and values that were corrected since are overwritten. With several partitions a sequence holds\n' +
    'for each of them; a time is exact for each.',
  options: [
    {
      flags: '--from <place>',
      description: 'start, now, a sequence such as 1200, or a time such as 2026-03-31T00:00Z',
    },
  ],
  examples: ['streams replay sales --from start', 'streams replay sales --from 2026-03-31T00:00Z'],
  async run(context) {
    const [name = ''] = context.args;
    if (context.options.from === undefined)
      throw new UsageError('say where to read from: --from start, now, a sequence or a time');
    const from = parseReplayFrom(String(context.options.from));
    const { streams } = await context.open();
    const status = await streams.replay(name, from);
    return {
      json: status,
      print: (printer) => printStreams(printer, [status]),
    };
  },
};

function printStreams(printer: Printer, list: readonly StreamStatus[]): void {
  const { green, yellow, red } = printer.colours;
  const paint = (state: StreamStatus['state']): string =>
    state === 'elsewhere' ? green(state) : state === 'retrying' ? red(state) : yellow(state);
  printer.table<StreamStatus>(
    [
      { title: 'stream', value: ({ name }) => name },
      { title: 'from', value: ({ kind, stream }) => `${kind} ${stream}` },
      { title: 'role', value: ({ role }) => role },
      { title: 'project', value: ({ project }) => project },
      { title: 'state', value: ({ state }) => paint(state) },
      { title: 'messages', align: 'right', value: ({ messages }) => count(messages) },
      { title: 'dead', align: 'right', value: ({ deadLetters }) => count(deadLetters) },
      { title: 'waiting', align: 'right', value: ({ lag }) => (lag === null ? '-' : count(lag)) },
      { title: 'last', value: ({ movedAt }) => moment(movedAt) },
    ],
    list,
  );
  for (const { name, reason } of list) if (reason !== null) printer.line(red(`${name}: ${reason}`));
}
