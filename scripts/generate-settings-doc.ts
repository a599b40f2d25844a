// Writes docs/reference/settings.md from the one schema of settings. With --check: fails when the page differs.

import {
  alertRouteSettings,
  configFileNames,
  projectSettings,
  type Setting,
  settings,
  sourceSettings,
  streamSettings,
} from '../src/interfaces/config/index.ts';
import { writeOrCheck } from './write-or-check.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');

function table(list: readonly Setting[], flags: boolean): string[] {
  const head = flags
    ? ['| setting | default | what it is | variable | flag |', '|---|---|---|---|---|']
    : ['| setting | default | what it is |', '|---|---|---|'];
  const rows = list.map((setting) => {
    const text = [
      `| \`${setting.path.join('.')}\``,
      setting.node.defaultNote === undefined ? `\`${cell(setting.defaultText)}\`` : cell(setting.defaultText),
      `${cell(setting.description)} Expects ${cell(setting.expects)}.`,
      ...(flags ? [`\`${setting.env}\``, `\`${setting.flag}\``] : []),
    ];
    return `${text.join(' | ')} |`;
  });
  return [...head, ...rows];
}

const lines = [
  '# Settings',
  '',
  'Generated from `src/interfaces/config/schema.ts`. Every setting has a default: Almanac starts with no configuration at all.',
  'Flags win over environment variables, these over the file, the file over defaults; `almanac config show` prints',
  'what is in force and where each value comes from.',
  '',
  `The file is the first of ${configFileNames.map((name) => `\`${name}\``).join(', ')} in the current folder, or the`,
  'one named by `--config`. `almanac init FILE` writes one from a sample of your data.',
  '',
  '```ts',
  "import { defineConfig } from 'almanac';",
  '',
  'export default defineConfig({',
  '  projects: {',
  '    shop: {',
  "      columns: { series: ['store', 'item'], time: 'date', target: 'units' },",
  "      frequency: 'day',",
  '      horizonSteps: 28,',
  '    },',
  '  },',
  '});',
  '```',
  '',
  '## The installation',
  '',
  ...table(settings, true),
  '',
  '`PORT` is read too, where hosting platforms set it; `ALMANAC_PORT` wins over it.',
  '',
  '## Each project',
  '',
  'Under `projects.<name>`. The name is part of addresses: lower-case letters, digits and hyphens, at most 64.',
  '',
  ...table(projectSettings, false),
  '',
  '## Each stream',
  '',
  'Under `streams.<name>`; see [Streams](../guides/streams.md). Secrets are best read from the environment by the configuration',
  'file: `password: process.env.NATS_PASSWORD`.',
  '',
  ...table(streamSettings, false),
  '',
  '## Each source',
  '',
  'Under `sources.<name>`; see [Sources](../guides/sources.md). Secrets are named by their environment variable.',
  '',
  ...table(sourceSettings, false),
  '',
  '## Each route of alerts',
  '',
  'Under `alertRoutes.<name>`; see [Alerts](../guides/alerts.md#where-alerts-are-sent). Secrets are named by their environment variable.',
  '',
  ...table(alertRouteSettings, false),
];
writeOrCheck('docs/reference/settings.md', `${lines.join('\n')}\n`);
