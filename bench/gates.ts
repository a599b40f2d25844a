// Question: do the gates let good versions through, whatever kind of item they are of? Of every kind of `bench/zoo.ts` a champion is
// trained on the history but for its last periods, and a challenger on all of it, as a project does week after week; then the gates judge.
// Demand that moves may rightly refuse one: what is refused is listed with its reason.
//   npm run -s bench -- gates [--panel 1,3,12] [--kind NAME,NAME] [--models auto] [--seed S] [--json]

import { parseArgs } from 'node:util';
import type { Panel, Project } from '../src/core/index.ts';
import { Rng } from '../src/core/index.ts';
import { fitProject } from '../src/services/train/fit-project.ts';
import { decideGates } from '../src/services/train/gates/decide.ts';
import { examine } from '../src/services/train/gates/examine.ts';
import { encodeReport } from '../src/services/train/training-report.ts';
import { machineNow } from './machine.ts';
import type { Item, Kind } from './zoo-items.ts';
import { kinds } from './zoo-kinds.ts';

const { values } = parseArgs({
  options: {
    panel: { type: 'string', default: '1,3,12' },
    kind: { type: 'string' },
    models: { type: 'string', default: 'snaive,ses,dotm,ets,tsb' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const machine = machineNow();
const wanted = values.kind?.split(',');
const refused: { kind: string; size: number; first: boolean; reason: string }[] = [];
let judged = 0;
for (const size of values.panel.split(',').map(Number))
  for (const kind of kinds) {
    if (wanted !== undefined && !wanted.includes(kind.name)) continue;
    try {
      for (const { first, passed, reason } of await judge(kind, size)) {
        judged++;
        if (!passed) refused.push({ kind: kind.name, size, first, reason });
      }
    } catch (error) {
      process.stderr.write(
        `${kind.name}, ${size}: ${error instanceof Error ? error.message : String(error)}\n`,
      );
    }
  }
if (values.json) process.stdout.write(`${JSON.stringify({ name: 'gates', machine, judged, refused })}\n`);
else {
  for (const { kind, size, first, reason } of refused)
    process.stdout.write(`${kind} × ${size}, ${first ? 'first version' : 'a later one'}: ${reason}\n`);
  process.stdout.write(`${judged - refused.length} of ${judged} versions passed\n`);
}

/** The first version, and the next beside it. */
async function judge(
  kind: Kind,
  size: number,
): Promise<{ first: boolean; passed: boolean; reason: string }[]> {
  const rng = new Rng(1000 * Number(values.seed) + size);
  const items = Array.from({ length: size }, (_, place) => kind.make(rng, place));
  const project = projectOf(kind);
  const later = Math.max(1, Math.floor(kind.horizon / 2));
  const [before, after] = [panelOf(kind, items, later), panelOf(kind, items, 0)];
  const fitted = await Promise.all(
    [before, after].map((panel) =>
      fitProject({ project, snapshotId: 'a'.repeat(64), panel, threads: 0, onProgress: () => {} }),
    ),
  );
  const [champion, challenger] = fitted as [(typeof fitted)[0], (typeof fitted)[0]];
  const verdict = async (
    of: typeof champion,
    panel: Panel,
    beside: typeof champion | null,
  ): Promise<{ first: boolean; passed: boolean; reason: string }> => {
    const { passed, reason } = decideGates(
      await examine({
        project,
        challenger: of.artifact,
        champion: beside === null ? null : { versionId: 'ver_1', artifact: beside.artifact },
        panel,
        report: encodeReport(of.report),
      }),
    );
    return { first: beside === null, passed, reason };
  };
  return [await verdict(champion, before, null), await verdict(challenger, after, champion)];
}

function panelOf(kind: Kind, items: readonly Item[], without: number): Panel {
  const length = kind.length - without;
  const rows = kind.length + kind.horizon;
  const column = new Float32Array(items.length * rows).fill(Number.NaN);
  for (const [i, item] of items.entries())
    if (item.column) column.set(item.column.subarray(0, rows), i * rows);
  return {
    grid: { frequency: kind.frequency, weekStart: 1 },
    series: items.map(({ history }, i) => ({ id: `s${i}`, start: 0, values: history.slice(0, length) })),
    ...(kind.column === undefined
      ? {}
      : {
          covariates: {
            begins: Int32Array.from({ length: items.length + 1 }, (_, i) => i * rows),
            starts: new Int32Array(items.length),
            varying: [{ name: kind.column, role: 'known' as const, labels: null, values: column }],
            fixed: [],
          },
        }),
  };
}

function projectOf(kind: Kind): Project {
  return {
    name: 'zoo',
    grid: { frequency: kind.frequency, weekStart: 1 },
    timezone: 'UTC',
    horizonSteps: kind.horizon,
    seasons: kind.seasons,
    levels: [0.025, 0.1, 0.5, 0.9, 0.975],
    nonNegative: true,
    columns: { series: ['item'], time: 'time', target: 'sold' },
    gaps: 'zero',
    conflicts: 'last',
    contract: {
      minValue: null,
      maxValue: null,
      unitJumpFactor: 0,
      futurePeriodsMax: 1,
      stalePeriodsMax: 0,
      historyPeriodsMin: 2,
    },
    models: values.models === 'auto' ? 'auto' : values.models.split(','),
    retrainEveryPeriods: 0,
    seed: Number(values.seed),
  };
}
