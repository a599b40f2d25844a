import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EngineOptions, runEngine, type SearchEnd, type Task, type TaskResult } from './engine.ts';
import { fidelities, nextMove } from './halving.ts';
import { pairedDifference } from './paired.ts';
import { parseSearchRequest } from './request.ts';
import { type Params, parseSpace } from './space.ts';

const space = parseSpace({
  rate: { kind: 'float', min: 0.001, max: 1, scale: 'log' },
  leaves: { kind: 'integer', min: 2, max: 256, scale: 'log' },
});

/** Best at rate 0.05 and 31 leaves; cheap fidelities see it through noise of their own. */
function lossOf({ rate = 0.5, leaves = 4 }: Params, share = 1): number {
  const whole = Math.abs(Math.log(Number(rate) / 0.05)) + Math.abs(Math.log(Number(leaves) / 31));
  return 1 + whole + (1 - share) * 0.3 * Math.sin(1000 * Number(rate));
}

function options(change: Partial<EngineOptions> = {}): EngineOptions {
  return {
    space,
    sampler: 'tpe',
    seed: 1,
    budget: { trials: 40, seconds: null, cpuSeconds: null },
    fidelities: fidelities({ rungs: 3, eta: 3, folds: 3 }),
    eta: 3,
    defaults: { rate: 0.5, leaves: 4 },
    ...change,
  };
}

/** An evaluation that takes 9 s at full fidelity. */
const evaluate = async ({ params, fidelity }: Task): Promise<TaskResult> => ({
  loss: lossOf(params, fidelity.share),
  seconds: 9 * fidelity.share,
  cpuSeconds: 18 * fidelity.share,
});

test('fidelities end with everything and begin with a small share of it', () => {
  assert.deepEqual(fidelities({ rungs: 3, eta: 3, folds: 2 }), [
    { share: 1 / 9, folds: 1 },
    { share: 1 / 3, folds: 1 },
    { share: 1, folds: 2 },
  ]);
  assert.deepEqual(fidelities({ rungs: 1, eta: 3, folds: 2 }), [{ share: 1, folds: 2 }]);
});

test('the defaults come first and all the way up; what is found is better', async () => {
  const asked: Task[] = [];
  const end = await runEngine(options(), (task) => {
    asked.push(task);
    return evaluate(task);
  });
  assert.deepEqual(
    asked.slice(0, 3).map(({ trial, rung }) => [trial, rung]),
    [
      [0, 0],
      [0, 1],
      [0, 2],
    ],
  );
  assert.deepEqual(end.trials[0]?.params, { rate: 0.5, leaves: 4 });
  assert.equal(end.endedBy, 'trials');
  assert.equal(end.trials.length, 40);
  assert.ok((end.best?.losses.at(-1) ?? 9) < 0.5 * lossOf({}), `best ${end.best?.losses.at(-1)}`);
});

test('early stopping spends less than half of what full evaluations would, and only the best go up', async () => {
  const halved = await runEngine(options(), evaluate);
  const whole = await runEngine(
    options({ fidelities: fidelities({ rungs: 1, eta: 3, folds: 3 }) }),
    evaluate,
  );
  assert.ok(
    halved.spent.seconds < 0.5 * whole.spent.seconds,
    `${halved.spent.seconds} of ${whole.spent.seconds} s`,
  );
  const counts = [1, 2, 3].map(
    (rungs) => halved.trials.filter(({ losses }) => losses.length >= rungs).length,
  );
  assert.equal(counts[0], 40);
  assert.ok((counts[1] as number) <= 20 && (counts[2] as number) <= 10, `${counts}`);
});

test('the same seed asks the same questions', async () => {
  const [a, b] = [await runEngine(options(), evaluate), await runEngine(options(), evaluate)];
  assert.deepEqual(a, b);
  const other = await runEngine(options({ seed: 2 }), evaluate);
  assert.notDeepEqual(other.trials[1]?.params, a.trials[1]?.params);
});

test('interrupted anywhere and answered from what is recorded, it ends the same and repeats nothing', async () => {
  const straight = await runEngine(options(), evaluate);
  for (const dies of [0, 1, 2, 17, 40]) {
    const recorded = new Map<string, TaskResult>();
    const repeated: string[] = [];
    const recording = async (task: Task, left: { count: number }): Promise<TaskResult> => {
      const name = `${task.trial}/${task.rung}`;
      const known = recorded.get(name);
      if (known !== undefined) return known;
      if (left.count-- === 0) throw new Error('killed');
      if (recorded.has(name)) repeated.push(name);
      const result = await evaluate(task);
      recorded.set(name, result);
      return result;
    };
    const few = { count: dies };
    await assert.rejects(
      runEngine(options(), (task) => recording(task, few)),
      /killed/,
    );
    const left = { count: Number.POSITIVE_INFINITY };
    assert.deepEqual(await runEngine(options(), (task) => recording(task, left)), straight);
    assert.deepEqual(repeated, []);
  }
});

test('ends before a budget of seconds is over, with room for the report', async () => {
  const end = await runEngine(options({ budget: { trials: 1000, seconds: 60, cpuSeconds: null } }), evaluate);
  assert.equal(end.endedBy, 'seconds');
  // The report is two evaluations on one fold: 2 × 9 ÷ 3 s; the last evaluation may begin just before the end.
  assert.ok(end.spent.seconds <= 60 + 9 && end.spent.seconds >= 45, `${end.spent.seconds} s`);
});

test('an evaluation is told how long it may take, and one that was stopped ends the search', async () => {
  const told: (number | null)[] = [];
  const end = await runEngine(
    options({ budget: { trials: 1000, seconds: 60, cpuSeconds: null } }),
    async (task) => {
      told.push(task.secondsMax);
      const result = await evaluate(task);
      return task.trial < 3
        ? result
        : { ...result, loss: null, stopped: true, seconds: task.secondsMax ?? 0 };
    },
  );
  assert.equal(told[0], 60);
  assert.ok(told.every((seconds, i) => i === 0 || (seconds ?? 0) < (told[i - 1] ?? 0)));
  assert.equal(end.endedBy, 'seconds');
  assert.ok(Math.abs(end.spent.seconds - 54) < 1e-9, `${end.spent.seconds} s: the report has its 6 s`);
});

test('ends at a budget of thread-seconds', async () => {
  const end = await runEngine(
    options({ budget: { trials: 1000, seconds: null, cpuSeconds: 100 } }),
    evaluate,
  );
  assert.equal(end.endedBy, 'cpu-seconds');
  assert.ok(end.spent.cpuSeconds <= 100 + 18 && end.spent.cpuSeconds >= 60, `${end.spent.cpuSeconds}`);
});

test('a budget that ends before the defaults are scored leaves no best', async () => {
  const end = await runEngine(options({ budget: { trials: 9, seconds: 2, cpuSeconds: null } }), evaluate);
  assert.deepEqual([end.best, end.endedBy], [null, 'seconds']);
});

test('a space with few points ends when all are tried, each once', async () => {
  const few = parseSpace({
    a: { kind: 'choice', values: [1, 2, 3] },
    b: { kind: 'choice', values: [true, false] },
  });
  const seen: string[] = [];
  const end = await runEngine(options({ space: few, defaults: { a: 1, b: true } }), async (task) => {
    if (task.rung === 0) seen.push(JSON.stringify(task.params));
    return { loss: Number(task.params.a), seconds: 1, cpuSeconds: 1 };
  });
  assert.equal(end.endedBy, 'space');
  assert.deepEqual([seen.length, new Set(seen).size], [6, 6]);
  assert.equal(end.best?.index, 0);
});

test('trials that fail are left behind', async () => {
  const end: SearchEnd = await runEngine(options(), async (task) =>
    task.trial % 2 === 1 ? { loss: null, seconds: 1, cpuSeconds: 1 } : evaluate(task),
  );
  assert.ok(end.trials.every(({ index, losses }) => index % 2 === 0 || losses.length === 1));
  assert.equal((end.best?.index ?? 1) % 2, 0);
});

test('a trial goes up as soon as it is among the best third of its rung', () => {
  const trials = [{ losses: [5, 5, 5] }, { losses: [1] }, { losses: [2] }];
  assert.deepEqual(nextMove({ trials, rungs: 3, eta: 3, open: true }), { trial: 1 });
  assert.equal(nextMove({ trials: trials.slice(0, 2), rungs: 3, eta: 3, open: true }), 'new');
  assert.deepEqual(nextMove({ trials: trials.slice(0, 2), rungs: 3, eta: 3, open: false }), { trial: 1 });
  assert.equal(nextMove({ trials: [{ losses: [5, 5, 5] }], rungs: 3, eta: 3, open: false }), null);
});

test('a difference that is the same in every series is certain; one that goes both ways is not', () => {
  const reference = Float64Array.from({ length: 40 }, (_, s) => 1 + (s % 5));
  const better = reference.map((loss) => loss - 0.1);
  const certain = pairedDifference(better, reference, 1);
  assert.ok(certain !== null && certain.high < 0 && Math.abs(certain.difference + 0.1) < 1e-12);
  assert.deepEqual([certain.series, certain.wins], [40, 1]);
  const mixed = reference.map((loss, s) => loss + (s % 2 === 0 ? 0.5 : -0.5));
  const unsure = pairedDifference(mixed, reference, 1);
  assert.ok(unsure !== null && unsure.low < 0 && unsure.high > 0);
  assert.equal(pairedDifference(Float64Array.of(1, Number.NaN), Float64Array.of(1, 2), 1), null);
});

test('the intervals of few and of many series agree where they meet', () => {
  const difference = (s: number): number => Math.sin(12.9898 * s) + 0.05;
  const of = (n: number) => {
    const losses = Float64Array.from({ length: n }, (_, s) => 3 + difference(s % 1000));
    return pairedDifference(losses, new Float64Array(n).fill(3), 1);
  };
  const [drawn, normal] = [of(2000), of(2001)];
  assert.ok(drawn !== null && normal !== null);
  assert.ok(Math.abs(drawn.low - normal.low) < 0.004 && Math.abs(drawn.high - normal.high) < 0.004);
});

test('a request takes its defaults, and nonsense is refused with the field it is in', () => {
  const { budget, folds, rungs, sampler, space: none } = parseSearchRequest({});
  assert.deepEqual([budget.trials, folds, rungs, sampler, none], [40, 2, 3, 'tpe', null]);
  for (const [raw, message] of [
    [{ trials: 1 }, /trials is 1/],
    [{ trials: 1.5 }, /whole number/],
    [{ seconds: -1 }, /seconds is -1/],
    [{ cpuSeconds: 'much' }, /cpuSeconds is "much"/],
    [{ folds: 99 }, /folds is 99/],
    [{ sampler: 'grid' }, /tpe or random/],
    [{ space: 'large' }, /not an object/],
    [{ budget: 3 }, /no field "budget"/],
  ] as const) {
    assert.throws(() => parseSearchRequest(raw), message);
  }
});
