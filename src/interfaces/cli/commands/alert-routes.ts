// `alerts routes` and `alerts test`: where alerts are sent, what waits, and trying a route.

import type { ShownAlertRoute } from '../../../core/index.ts';
import type { CommandSpec } from '../command.ts';
import { shortened } from '../table.ts';
import { count } from '../words.ts';

export const alertsRoutes: CommandSpec = {
  name: 'alerts routes',
  group: 'Monitoring',
  summary: 'where alerts are sent, what waits, and what was given up',
  examples: ['alerts routes'],
  async run(context) {
    const { alertRoutes } = await context.open();
    const items = await alertRoutes.list();
    return {
      json: { items },
      print(printer) {
        if (items.length === 0) return printer.line('no route is configured: `almanac docs alerts`');
        printer.table<ShownAlertRoute>(
          [
            { title: 'route', value: ({ name }) => name },
            { title: 'kind', value: ({ kind }) => kind },
            { title: 'waiting', value: ({ waiting }) => count(waiting) },
            { title: 'sent', value: ({ sent }) => count(sent) },
            { title: 'failed', value: ({ failed }) => count(failed) },
            {
              title: 'last sent',
              value: ({ lastSentAt }) => lastSentAt?.slice(0, 16).replace('T', ' ') ?? '-',
            },
            { title: 'last error', value: ({ lastError }) => shortened(lastError ?? '-', 60) },
          ],
          items,
        );
      },
    };
  },
};

export const alertsTest: CommandSpec = {
  name: 'alerts test',
  arguments: '<route>',
  group: 'Monitoring',
  summary: 'send a notice of no alert by a route, now and once',
  details: 'Of Alertmanager it is an alert called test, which is over a minute later.',
  examples: ['alerts test chat'],
  async run(context) {
    const [name = ''] = context.args;
    const { alertRoutes } = await context.open();
    await alertRoutes.test(name, context.signal);
    return { json: { sent: true }, print: (printer) => printer.line(`sent by ${name}`) };
  },
};
