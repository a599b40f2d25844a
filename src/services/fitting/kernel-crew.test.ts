import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bitsOf, mixedSet } from '../../forecasting/models/gbdt/testing.ts';
import { appendTrees, predictMatrix, trainBooster, withQuantiles } from '../../forecasting/models/index.ts';
import { startKernelCrew } from './kernel-crew.ts';

test('one, two and three threads train the same trees, bit for bit, by either kernel', async () => {
  const crews = await Promise.all([startKernelCrew(2), startKernelCrew(3)]);
  try {
    // More rows than one thread partitions alone.
    const { weights, ...plain } = mixedSet(9_000, { columns: 12 });
    const cases = [
      { set: plain, options: { loss: 'squared', rowShare: 0.95 } },
      { set: { ...plain, weights }, options: { loss: 'quantile' } },
      { set: plain, options: { loss: 'tweedie' } },
    ] as const;
    for (const { set, options } of cases) {
      const train = (run: object): string =>
        bitsOf(trainBooster(set, { ...options, trees: 3, leaves: 12 }, run));
      const alone = train({});
      for (const crew of crews) assert.equal(train({ crew }), alone);
      assert.equal(train({ crew: crews[0], kernel: 'typescript' }), alone);
    }
  } finally {
    await Promise.all(crews.map((crew) => crew.close()));
  }
});

test('a crew outlives a training that failed', async () => {
  const crew = await startKernelCrew(2);
  try {
    const set = mixedSet(300);
    const onProgress = (): void => {
      throw new Error('stop');
    };
    assert.throws(() => trainBooster(set, { trees: 2 }, { crew, onProgress }), /stop/);
    assert.equal(bitsOf(trainBooster(set, { trees: 2 }, { crew })), bitsOf(trainBooster(set, { trees: 2 })));
  } finally {
    await crew.close();
  }
});

test('quantile levels and forecasts are the same bits on any number of threads', async () => {
  const crew = await startKernelCrew(3);
  try {
    const set = mixedSet(3_000);
    const booster = trainBooster(set, { trees: 3 });
    const levels = [0.1, 0.5, 0.9];
    assert.equal(
      bitsOf(withQuantiles(booster, set, { levels, crew })),
      bitsOf(withQuantiles(booster, set, { levels })),
    );
    const many = appendTrees(booster, set, { trees: 340, leaves: 2 });
    const [together, alone] = [crew, undefined].map((threads) => {
      const out = new Float64Array(3_000);
      predictMatrix(many, set.matrix, out, threads);
      return out;
    });
    assert.deepEqual(together, alone);
  } finally {
    await crew.close();
  }
});
