import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { project as fixture } from '../../../../test/conformance/store-fixtures.ts';
import { type Panel, type Project, Rng, type Series } from '../../../core/index.ts';
import { decodeForecaster, encodeForecaster, type Forecaster } from '../../../forecasting/models/index.ts';
import { fitProject } from '../fit-project.ts';
import { decodeReport, encodeReport, type TrainingReport } from '../training-report.ts';
import { decideGates, type GateDecision } from './decide.ts';
import type { GateEvidence } from './evidence.ts';
import { type ExamQuestion, examine } from './examine.ts';
import { type Found, type GateName, gateNames } from './gate-check.ts';

const weekly = [1, 0.8, 0.9, 1, 1.3, 1.8, 0.4];
const project: Project = {
  ...fixture,
  models: ['snaive', 'ses', 'dotm'],
  columns: { ...fixture.columns, series: ['store', 'item'] },
};

/** Three stores with a weekly rhythm, price cuts that lift demand and are planned a week ahead; every twelfth item sells rarely. */
function demand(of: { days: number; seed?: number; series?: number; ahead?: number }): Panel {
  const { days, seed = 5, series: count = 36, ahead = 7 } = of;
  const rng = new Rng(seed);
  const rows = days + ahead;
  const price = new Float32Array(count * rows);
  const echo = new Float32Array(count * rows).fill(Number.NaN);
  const series = Array.from({ length: count }, (_, s): Series => {
    const level = 20 + 4 * (s % 9);
    const values = new Float64Array(days);
    for (let t = 0; t < rows; t++) {
      const isCheap = rng.uniform() < 0.15;
      price[s * rows + t] = isCheap ? 7 : 10;
      const mean = level * (weekly[t % 7] ?? 1) * (isCheap ? 1.8 : 1);
      const sold = s % 12 === 0 ? (rng.uniform() < 0.15 ? 3 : 0) : rng.poisson(mean);
      if (t < days) values[t] = sold;
      if (t < days) echo[s * rows + t] = sold;
    }
    return { id: `s${s % 3}/item${s}`, start: 0, values };
  });
  return {
    grid: fixture.grid,
    series,
    covariates: {
      begins: Int32Array.from({ length: count + 1 }, (_, s) => s * rows),
      starts: new Int32Array(count),
      varying: [
        { name: 'price', role: 'known', labels: null, values: price },
        { name: 'echo', role: 'known', labels: null, values: echo },
      ],
      fixed: [],
    },
  };
}

/** Without what is known only afterwards. */
function honest(panel: Panel): Panel {
  const covariates = panel.covariates as NonNullable<Panel['covariates']>;
  return {
    ...panel,
    covariates: { ...covariates, varying: covariates.varying.filter(({ name }) => name !== 'echo') },
  };
}

interface Fitted {
  readonly artifact: Uint8Array;
  readonly report: TrainingReport;
}

async function fit(panel: Panel, change: Partial<Project> = {}): Promise<Fitted> {
  return await fitProject({
    project: { ...project, ...change },
    snapshotId: 'a'.repeat(64),
    panel,
    threads: 0,
    onProgress: () => {},
  });
}

let champion: Fitted;
let good: Fitted;
let panel: Panel;
let evidence: GateEvidence;

before(async () => {
  panel = honest(demand({ days: 150 }));
  champion = await fit(honest(demand({ days: 143 })));
  good = await fit(panel);
  evidence = await examine(question());
});

function question(change: Partial<ExamQuestion> = {}): ExamQuestion {
  return {
    project,
    challenger: good.artifact,
    champion: { versionId: 'ver_1', artifact: champion.artifact },
    panel,
    report: encodeReport(good.report),
    ...change,
  };
}

/** The version with something about it changed. */
function spoilt(change: (forecaster: Forecaster) => Partial<Forecaster>, of = good): Uint8Array {
  const { golden: _, ...forecaster } = decodeForecaster(of.artifact);
  return encodeForecaster({ ...forecaster, ...change(forecaster) });
}

/** Numbers of every state, times a factor where `of` says so. */
function scaledStates(factor: number, of: (id: string) => boolean): Uint8Array {
  return spoilt((forecaster) => {
    for (const [i, id] of forecaster.ids.entries()) {
      const state = forecaster.states.at(i) as Float64Array;
      if (of(id)) for (const [k, value] of state.entries()) state[k] = factor * value;
    }
    return {};
  });
}

function found(change: Partial<Found>): GateEvidence {
  return { ...evidence, found: { ...(evidence.found as Found), ...change } };
}

const judge = async (change: Partial<ExamQuestion>): Promise<GateDecision> =>
  decideGates(await examine(question(change)));

const of = async (fitted: Fitted, change: Partial<ExamQuestion> = {}): Promise<GateDecision> =>
  await judge({ challenger: fitted.artifact, report: encodeReport(fitted.report), ...change });

/** Trees that take no time. */
const few: Partial<Project> = { models: ['gbdt'], gbdt: { trees: 20, leaves: 7 } };

/** Every way to be bad, the gate that must stop it, and what it says. */
const bad: readonly [string, GateName, RegExp, () => Promise<GateDecision> | GateDecision][] = [
  [
    'a damaged file',
    'artifact',
    /cannot be used/,
    () => judge({ challenger: good.artifact.map((byte, i) => (i === 400 ? byte ^ 1 : byte)) }),
  ],
  [
    'one that forecasts otherwise than where it was made',
    'artifact',
    /cannot be used: it forecasts 2/,
    () => decideGates({ artifact: { ...evidence.artifact, fault: 'it forecasts 2 where it forecast 1' } }),
  ],
  [
    'another grid',
    'artifact',
    /per week, the project is per day/,
    () => judge({ challenger: spoilt(() => ({ grid: { frequency: 'week', weekStart: 1 } })) }),
  ],
  [
    'too short a horizon',
    'artifact',
    /for 3 steps/,
    () => judge({ challenger: spoilt(() => ({ horizon: 3 })) }),
  ],
  [
    'quantiles that nobody asked for',
    'artifact',
    /no quantiles/,
    async () => await of(await fit(panel, { levels: [0.2, 0.5, 0.8] })),
  ],
  [
    'trained on old data',
    'data',
    /nothing of the newest 20 periods/,
    async () => {
      const old = await fit(honest(demand({ days: 130 })));
      return await judge({ challenger: old.artifact });
    },
  ],
  [
    'a store that was lost',
    'data',
    /does not know 12 of 36 living series/,
    async () => {
      const series = panel.series.filter(({ id }) => !id.startsWith('s1/'));
      const part = await fit({ grid: panel.grid, series });
      return await of(part);
    },
  ],
  [
    'states that are no numbers',
    'training',
    /is not-finite/,
    () => judge({ challenger: scaledStates(Number.NaN, (id) => id === 's1/item1') }),
  ],
  [
    'huge forecasts',
    'training',
    /over 10 times the largest/,
    () => {
      const { served } = evidence.found as Found;
      const faults = ['s0/item0', 's1/item1', 's2/item2'].map((seriesId) => ({
        seriesId,
        fault: 'absurd' as const,
      }));
      return decideGates(found({ served: { ...served, faults } }));
    },
  ],
  [
    'a constant',
    'offline',
    /beyond the margin/,
    async () => await of(await fit(panel, { models: ['mean-demand'] })),
  ],
  [
    'yesterday again',
    'offline',
    /beyond the margin/,
    async () => await of(await fit(panel, { models: ['naive'] })),
  ],
  [
    'a column that is known afterwards only',
    'reproduced',
    /not told echo, of which .* times that of seasonal naive: send plans, or call it `past`/,
    async () => {
      const leaky = demand({ days: 110, series: 18 });
      return await of(await fit(leaky, few), { panel: leaky, champion: null });
    },
  ],
  [
    'shuffled columns',
    'reproduced',
    /not what was judged/,
    async () => {
      const small = honest(demand({ days: 110, series: 18 }));
      const trees = await fit(small, few);
      const artifact = spoilt(({ trained }) => {
        for (const { feature, columns } of trained?.parts.boosters ?? [])
          for (const [node, column] of feature.entries())
            if (column >= 0 && columns[column]?.kind === 'number') feature[node] = shifted(columns, column);
        return {};
      }, trees);
      return await of({ ...trees, artifact }, { panel: small, champion: null });
    },
  ],
  [
    'good on the whole and bad in one store',
    'slices',
    /on store = s1 its loss is 1\.\d+ times/,
    () => {
      const { losses } = evidence.found as Found;
      const { series, theirs } = losses.paired;
      const mine = theirs.map((loss, at) => loss * ((at % series) % 3 === 1 ? 1.4 : 0.75));
      return decideGates(found({ losses: { ...losses, paired: { ...losses.paired, mine } } }));
    },
  ],
  [
    'better for two stores only, the champion being even',
    'fairness',
    /error on store = s1 is .* the champion's gap is/,
    () => {
      const { losses } = evidence.found as Found;
      const mine = losses.errors.theirs.map((error, s) => error * (s % 3 === 1 ? 1 : 0.6));
      return decideGates(found({ losses: { ...losses, errors: { ...losses.errors, mine } } }));
    },
  ],
  [
    'intervals that promise too much',
    'coverage',
    /the 80 % interval covers [0-6]\d?\.\d %/,
    () =>
      judge({
        challenger: spoilt(({ intervals }) => ({
          intervals: { ...intervals, offsets: intervals.offsets.map((offset) => offset / 3) },
        })),
      }),
  ],
  [
    'intervals so wide that they say nothing',
    'cost',
    /costs [2-9]\.\d+ times as much/,
    () =>
      judge({
        challenger: spoilt(({ intervals }) => ({
          intervals: { ...intervals, offsets: intervals.offsets.map((offset) => 6 * offset) },
        })),
      }),
  ],
  [
    'one store in another unit',
    'behaviour',
    /states of 1[12] of 36 series are not those of their history/,
    () => judge({ challenger: scaledStates(3, (id) => id.startsWith('s1/')) }),
  ],
  [
    'an answer that changes when it is asked again',
    'behaviour',
    /asked again/,
    () => decideGates(found({ served: { ...(evidence.found as Found).served, unsteady: ['s1/item1'] } })),
  ],
  [
    'demand that rises with its price',
    'behaviour',
    /rises with the price where it may only fall/,
    () => {
      const { served } = evidence.found as Found;
      return decideGates(found({ served: { ...served, price: { series: 30, rose: ['s1/item1'] } } }));
    },
  ],
  [
    'the whole panel in another unit',
    'level',
    /forecasts are 0\.08\d* times the demand of the last season/,
    async () => {
      const dozens = {
        ...panel,
        series: panel.series.map((one) => ({ ...one, values: one.values.map((y) => y / 12) })),
      };
      return await of(await fit(dozens));
    },
  ],
  [
    'a slow one',
    'latency',
    /more than 5 times as long/,
    () => decideGates(found({ served: { ...(evidence.found as Found).served, ms: 40, championMs: 2 } })),
  ],
  [
    'a huge file',
    'size',
    /over 4 times as much each/,
    () => decideGates({ ...evidence, artifact: { ...evidence.artifact, bytes: 90e6 } }),
  ],
];

/** The next column of numbers. */
function shifted(columns: readonly { readonly kind: string }[], from: number): number {
  for (let step = 1; step < columns.length; step++) {
    const to = (from + step) % columns.length;
    if (columns[to]?.kind === 'number') return to;
  }
  return from;
}

describe('gates', () => {
  test('a good version passes them all, each with its figures', () => {
    const { passed, reason, checks, against } = decideGates(evidence);
    assert.deepEqual([passed, against], [true, 'champion'], reason);
    assert.deepEqual(
      checks.map(({ gate }) => gate),
      gateNames,
    );
    assert.match(reason, /loss [\d.]+ against [\d.]+ of champion on \d+ folds, within the margin/);
    for (const { reason: said, gate } of checks) assert.ok(said.length > 10, gate);
  });

  for (const [name, gate, words, decide] of bad)
    test(`stops ${name}`, async () => {
      const { passed, reason, checks } = await decide();
      assert.equal(passed, false);
      const check = checks.find((one) => one.gate === gate);
      assert.equal(
        check?.verdict,
        'failed',
        JSON.stringify(checks.map((one) => [one.gate, one.verdict, one.reason])),
      );
      assert.match(check?.reason ?? '', words);
      const failed = checks.filter(({ verdict }) => verdict === 'failed').map((one) => one.gate);
      assert.ok(reason.startsWith(`${failed[0]}: `) || gate === 'artifact', reason);
    });

  test('good ones pass: trained again on another week, whatever the demand', async () => {
    const refusals: string[] = [];
    for (let seed = 1; seed <= 20; seed++) {
      const cheap = { models: ['snaive', 'ses'] };
      const before_ = honest(demand({ days: 120, seed, series: 12 }));
      const after = honest(demand({ days: 127, seed, series: 12 }));
      const [old, now] = [await fit(before_, cheap), await fit(after, cheap)];
      const { passed, reason } = await of(now, {
        panel: after,
        champion: { versionId: 'ver_1', artifact: old.artifact },
      });
      if (!passed) refusals.push(`${seed}: ${reason}`);
    }
    assert.ok(refusals.length <= 1, refusals.join('\n'));
  });

  test('a first version is judged without a champion', async () => {
    const first = await judge({ champion: null });
    assert.deepEqual([first.passed, first.against], [true, 'seasonal-naive'], first.reason);
    const unknown = first.checks.filter(({ verdict }) => verdict === 'unknown').map(({ gate }) => gate);
    assert.deepEqual(unknown, ['fairness', 'cost']);
  });

  test('a report as it was stored judges as one just made', async () => {
    const again = encodeReport(decodeReport(encodeReport(good.report)));
    assert.deepEqual((await judge({ report: again })).reason, decideGates(evidence).reason);
  });
});
