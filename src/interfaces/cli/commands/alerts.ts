// `alerts`: what somebody should know of, and what people say of it.

import { type AlertState, AppError, alertStates, type ShownAlert } from '../../../core/index.ts';
import { type StatedAlert, shownAlert } from '../../../services/alerts/index.ts';
import { type CommandContext, type CommandSpec, type OptionSpec, wholeNumber } from '../command.ts';
import type { Printer } from '../printer.ts';
import type { CliServices } from '../services.ts';
import { shortened } from '../table.ts';

const reasonOption: OptionSpec = { flags: '--reason <text>', description: 'why: kept with the alert' };

export const alertsList: CommandSpec = {
  name: 'alerts list',
  isDefault: true,
  group: 'Monitoring',
  summary: 'what somebody should know of, the open ones first',
  details:
    'firing: nobody has answered; acknowledged: somebody takes care; silenced: quiet until some time; resolved: it is over. A server\n' +
    'looks at its projects by itself. Nothing alerts because a period is still coming in.',
  options: [
    { flags: '-p, --project <name>', description: 'only of this project' },
    { flags: '--state <state>', description: `${alertStates.join(', ')}, all (default: all but resolved)` },
    { flags: '--limit <n>', description: 'alerts to list', default: 50, parse: wholeNumber(1, 1000) },
  ],
  examples: ['alerts', 'alerts --state all --json'],
  async run(context) {
    const { alerts } = await context.open();
    const { project, state, limit } = context.options;
    const found = await alerts.list({
      project: project === undefined ? undefined : String(project),
      state: stateOf(state),
      limit: Number(limit ?? 50),
    });
    const items = found.map(shownAlert);
    return {
      json: { items },
      print(printer) {
        if (items.length === 0) printer.line('no alert');
        else printTable(printer, items);
      },
    };
  },
};

export const alertsShow: CommandSpec = {
  name: 'alerts show',
  arguments: '<alert>',
  group: 'Monitoring',
  summary: 'one alert with what it rests on',
  examples: ['alerts show alr_01h2xcejqtf2nbrexx3vqjhp41'],
  async run(context) {
    const { alerts } = await context.open();
    return reportOf(await alerts.get(context.args[0] as string));
  },
};

export const alertsAck: CommandSpec = {
  name: 'alerts ack',
  arguments: '<alert>',
  group: 'Monitoring',
  summary: 'take care of an alert: it is not told again until it is over or becomes more urgent',
  options: [reasonOption],
  examples: ['alerts ack alr_01h2xcejqtf2nbrexx3vqjhp41 --reason "asked the shop"'],
  run: (context) => said(context, (alerts, id, word) => alerts.acknowledge(id, word)),
};

export const alertsSilence: CommandSpec = {
  name: 'alerts silence',
  arguments: '<alert>',
  group: 'Monitoring',
  summary: 'silence an alert until some time, also where it ends and comes back',
  options: [
    { flags: '--until <time>', description: 'when it ends, as 2026-12-07T08:00:00Z' },
    { flags: '--minutes <n>', description: 'or after how many minutes', parse: wholeNumber(1, 525_600) },
    reasonOption,
  ],
  examples: ['alerts silence alr_01h2xcejqtf2nbrexx3vqjhp41 --minutes 120 --reason "stock-taking"'],
  run: (context) =>
    said(context, (alerts, id, word) => {
      const { until, minutes } = context.options;
      const end = {
        ...(until === undefined ? {} : { until: String(until) }),
        ...(minutes === undefined ? {} : { minutes: Number(minutes) }),
      };
      return alerts.silence(id, { ...word, until: alerts.endOf(end) });
    }),
};

export const alertsUnsilence: CommandSpec = {
  name: 'alerts unsilence',
  arguments: '<alert>',
  group: 'Monitoring',
  summary: 'end the silence of an alert',
  options: [reasonOption],
  examples: ['alerts unsilence alr_01h2xcejqtf2nbrexx3vqjhp41'],
  run: (context) => said(context, (alerts, id, word) => alerts.unsilence(id, word)),
};

export const alertsResolve: CommandSpec = {
  name: 'alerts resolve',
  arguments: '<alert>',
  group: 'Monitoring',
  summary: 'close an alert by hand; if its condition is found to hold again, it begins anew',
  options: [reasonOption],
  examples: ['alerts resolve alr_01h2xcejqtf2nbrexx3vqjhp41 --reason "unit of the feed mended"'],
  run: (context) => said(context, (alerts, id, word) => alerts.resolve(id, word)),
};

type Say = (
  alerts: CliServices['alerts'],
  id: string,
  word: { readonly by: ReturnType<CommandContext['actor']>; readonly reason: string },
) => Promise<StatedAlert>;

async function said(context: CommandContext, say: Say) {
  const { alerts } = await context.open();
  const word = { by: context.actor(), reason: String(context.options.reason ?? '') };
  return reportOf(await say(alerts, context.args[0] as string, word));
}

function reportOf(alert: StatedAlert) {
  const shown = shownAlert(alert);
  return { json: shown, print: (printer: Printer) => printOne(printer, shown) };
}

function stateOf(text: unknown): AlertState | 'all' | undefined {
  if (text === undefined) return undefined;
  const found = [...alertStates, 'all' as const].find((one) => one === text);
  if (found !== undefined) return found;
  throw new AppError('cli/usage', `--state is ${alertStates.join(', ')} or all`);
}

function printTable(printer: Printer, items: readonly ShownAlert[]): void {
  const { red, yellow, dim } = printer.colours;
  const paint = ({ severity, state }: ShownAlert): string =>
    state === 'resolved' ? dim(severity) : severity === 'critical' ? red(severity) : yellow(severity);
  printer.table<ShownAlert>(
    [
      { title: 'alert', value: ({ id }) => id },
      { title: 'project', value: ({ project }) => project },
      { title: 'state', value: ({ state }) => state },
      { title: 'severity', value: paint },
      { title: 'rule', value: ({ rule }) => rule },
      { title: 'since', value: ({ firstAt }) => firstAt.slice(0, 16).replace('T', ' ') },
      { title: 'what', value: ({ summary }) => shortened(summary, 70) },
    ],
    items,
  );
}

function printOne(printer: Printer, alert: ShownAlert): void {
  const { evidence, acknowledged, silence, resolvedBy } = alert;
  const { metric, value, threshold, n, labelCoverage, window } = evidence;
  printer.line(`${printer.colours.bold(alert.rule)} of ${alert.project}: ${alert.summary}`);
  printer.pairs([
    ['alert', alert.id],
    ['state', `${alert.state}, ${alert.severity}`],
    ['subject', alert.subject || null],
    ['evidence', `${metric} ${value ?? '-'}, bound ${threshold ?? '-'}, n ${n}`],
    ['window', window === null ? null : `${window.from} to ${window.to}`],
    ['labels come', labelCoverage === null ? null : `${(100 * labelCoverage).toFixed(1)} %`],
    ['since', alert.firstAt],
    ['last seen', alert.lastAt],
    ['episodes', String(alert.episodes)],
    ['owner', alert.owner],
    ['acknowledged', acknowledged && `${acknowledged.at} by ${acknowledged.by}: ${acknowledged.reason}`],
    ['silent until', silence && `${silence.until} by ${silence.by}: ${silence.reason}`],
    ['resolved', alert.resolvedAt && `${alert.resolvedAt}${resolvedBy ? ` by ${resolvedBy.by}` : ''}`],
    ['page', alert.page],
    ['runbook', alert.runbook],
  ]);
}
