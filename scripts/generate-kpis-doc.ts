// Writes docs/reference/kpis.md from the catalog of KPIs. With --check: fails when the page differs.

import { kpiEntry, kpiNames } from '../src/services/kpis/index.ts';
import { writeOrCheck } from './write-or-check.ts';

const groups = [...new Set(kpiNames.map((name) => kpiEntry(name).group))];
const tableOf = (group: string): string =>
  kpiNames
    .filter((name) => kpiEntry(name).group === group)
    .map((name) => {
      const { unit, meaning, counts, bound = '' } = kpiEntry(name);
      return `| \`${name}\` | ${unit} | ${meaning} | ${counts} | ${bound} |`;
    })
    .join('\n');

writeOrCheck(
  'docs/reference/kpis.md',
  `# KPIs

Generated from \`src/services/kpis/catalog.ts\`. \`GET /v1/system/kpis\` and \`almanac doctor --live\` tell them; how to use them is in
[watch serving](../guides/watch-serving.md).

Every figure has its window (\`from\`, \`to\`), \`n\` (how many things it rests on), \`within\` (kept to its bound? \`null\` without
one, or when it cannot be told), \`reason\` (why its value is \`null\`) and \`estimated\` (computed from something else, such as
energy from processor time). Counts are by minute and in memory: none reaches back before \`since\`, the start of the server.

"Forecast requests" are those that ask for forecasts or orders. One fails when its answer has a status from 500 up, or
when its client left after more than \`slo.latencyMs\` without an answer; what a client asked wrongly (400 to 499) is not counted.

${groups.map((group) => `## ${group}\n\n| figure | unit | meaning | n counts | bound |\n|---|---|---|---|---|\n${tableOf(group)}`).join('\n\n')}
`,
);
