// The page docs/reference/serving-benchmark.md, from a run of `bench/serving.ts`.

import type { Profile } from './serving-profile.ts';
import { closedOf, type Goal, type ServingReport } from './serving-report.ts';
import type { Row } from './serving-rounds.ts';

export function servingPage(report: ServingReport): string {
  return [
    '# How many forecasts a second',
    '',
    ...headLines(report),
    ...(report.rows.length > 0 ? closedLines(report) : []),
    ...openLines(report.rows),
    ...goalLines(report.goals),
    ...report.profiles.flatMap(profileLines),
    ...methodLines(report),
  ].join('\n');
}

function headLines({ machine, versions, date, commit, quick }: ServingReport): string[] {
  const { node, ...peers } = versions;
  const names = ['mlflow', 'mlserver', 'fastapi', 'uvicorn[standard]', 'bentoml', 'lightgbm'];
  const shown = names.flatMap((name) => (peers[name] === undefined ? [] : [`${name} ${peers[name]}`]));
  return [
    '`npm run -s bench -- serving --save` with M5 in `ALMANAC_DATA` wrote this page and `bench/results/serving.json`.',
    `${date.slice(0, 10)}, commit ${commit}. ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, load before ${machine.loadBefore};`,
    `Node ${node}, ${shown.join(', ')}.`,
    '',
    ...(quick ? ['**A quick look: not a measurement.**', ''] : []),
    ...(machine.loadBefore > machine.cores / 2
      ? [
          '**Other work took these cores at the same time: rates are lower, tails far longer than they would be alone.**',
          '',
        ]
      : []),
    'One request is one series × 28 days. Every forecast of Almanac has nine quantiles and is stored before it is answered. *Held*: asked for again, so',
    'answered from memory; *computed*: asked for the first time since something of its series changed.',
    '',
  ];
}

function closedLines({ rows, plan }: ServingReport): string[] {
  const counts = plan.loops.map(({ connections }) => connections);
  const heads = counts.flatMap((count) => [`requests/s, ${count}`, 'p50 ms', 'p99 ms']);
  return [
    '## As fast as it answers',
    '',
    `Columns are connections that wrk keeps asking on; medians of ${plan.rounds} round${plan.rounds === 1 ? '' : 's'}.`,
    '',
    `| server | workers | asked | body | ${heads.join(' | ')} | requests | failed |`,
    `|---|---|---|---|${heads.map(() => '---|').join('')}---|---|`,
    ...rows.map((row) => {
      const cells = counts.flatMap((count) => {
        const figures = closedOf(row, count);
        return [
          figures?.requestsPerSecond.toFixed(0) ?? '-',
          milliseconds(figures?.p50Ms),
          milliseconds(figures?.p99Ms),
        ];
      });
      const sum = (name: 'requests' | 'failed'): number =>
        row.closed.reduce((total, figures) => total + figures[name], 0);
      const name = row.kind === 'ours' ? `**${row.server}**` : row.server;
      return `| ${name} | ${row.workers} | ${row.question} | ${kilobytes(row.bodyBytes)} | ${cells.join(' | ')} | ${sum('requests')} | ${sum('failed')} |`;
    }),
    '',
  ];
}

function openLines(rows: readonly Row[]): string[] {
  const measured = rows.flatMap(({ open, ...row }) => (open === undefined ? [] : [{ row, open }]));
  const [first] = measured;
  if (first === undefined) return [];
  return [
    '## When requests come whether or not it has answered',
    '',
    `${first.open.requestsPerSecond.toFixed(0)} requests/s at random moments, half of what the best Python server answers at 16 connections; latency counts from the`,
    `moment a request was meant to be sent. Medians of ${first.open.rounds} round${first.open.rounds === 1 ? '' : 's'}, the worst of all. The last column is how late the asking process itself was.`,
    '',
    '| server | workers | asked | p50 ms | p99 ms | p99.9 ms | worst ms | requests | failed | asked late, p99 ms |',
    '|---|---|---|---|---|---|---|---|---|---|',
    ...measured.map(({ row, open }) => {
      const times = [open.p50Ms, open.p99Ms, open.p999Ms, open.maxMs].map(milliseconds).join(' | ');
      const name = row.kind === 'ours' ? `**${row.server}**` : row.server;
      return `| ${name} | ${row.workers} | ${row.question} | ${times} | ${open.sent} | ${open.failed} | ${milliseconds(open.lateP99Ms)} |`;
    }),
    '',
  ];
}

function goalLines(goals: readonly Goal[]): string[] {
  if (goals.length === 0) return [];
  return [
    '## Goals',
    '',
    '| | | goal | |',
    '|---|---|---|---|',
    ...goals.map(
      ({ text, value, bound, met }) =>
        `| ${text} | ${Number(value.toPrecision(3))} | ${bound} | ${met ? 'met' : '**missed**'} |`,
    ),
    '',
  ];
}

function profileLines({ question, idleShare, entries }: Profile): string[] {
  return [
    `## Where the time goes: ${question}`,
    '',
    `Self time of the process that answers, 16 connections, idle ${percent(idleShare)} of the time; sampled by V8, which costs\nsome speed itself, and counts to a system call what it interrupts at its end: \`writev\` is less than it says.`,
    '',
    '| share | function | where |',
    '|---|---|---|',
    ...entries.map(({ name, where, share }) => `| ${percent(share)} | \`${name}\` | ${where} |`),
    '',
  ];
}

function methodLines({ columns, forest, plan }: ServingReport): string[] {
  const seconds = plan.loops.map((loop) => `${loop.seconds} s at ${loop.connections}`).join(', ');
  return [
    '## How it is measured',
    '',
    `- **Trees**: ${forest.trees} × ${forest.leaves} leaves, grown by LightGBM on the ${columns} features that Almanac makes of M5 store × department (categories as`,
    '  numbers). All Python servers load this one file. Almanac’s own project has as many trees of that size, grown by itself on the same',
    '  columns, and answers nine quantiles beside the mean.',
    `- **Requests**: the 70 series in turns. Python servers are sent the 28 × ${columns} features as JSON in the form each reads natively; every answer is`,
    '  compared with LightGBM’s before anything is timed. `forecast` is Almanac’s own request, which names the series: features are made by the',
    '  server. *Held*: nothing has changed since the series was last asked for, so the forecast is answered as it is. *Computed*: with',
    '  `limits.forecastCacheMegabytes: 0` every request is forecast and stored anew. `V2` and `invocations` are the bodies that MLServer',
    '  and MLflow read, sent to LightGBM’s trees registered as an ONNX file; these answers are not predictions of a project and not stored.',
    '- **Python servers** run the command of their documentation and again with two workers, MLServer without a worker process too; one',
    '  kernel thread a worker, access logs off or into a file. FastAPI’s function is `async`.',
    '- **Empty Fastify** parses the same bodies and answers as many bytes.',
    `- Servers run one at a time on all cores and take turns in ${plan.rounds} rounds, each time started afresh and warmed for a second: ${seconds} connections.`,
    '  Who asks, wrk with one thread or the open loop, is bound to the last core; servers may use all cores.',
    '',
  ];
}

function milliseconds(value: number | undefined): string {
  if (value === undefined) return '-';
  return value < 10 ? value.toFixed(2) : value.toFixed(0);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function kilobytes(bytes: number): string {
  return bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} kB`;
}
