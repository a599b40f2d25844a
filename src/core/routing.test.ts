import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type Arm,
  type ArmShare,
  bucketCount,
  bucketOf,
  type Routing,
  routingOf,
  shareOf,
  soleArm,
  splitByBucket,
} from './routing.ts';

const names = ['champion', 'challenger', 'second', 'third'];

/** Shares of one to four arms, in whole ten-thousandths. */
const divisions: fc.Arbitrary<readonly ArmShare[]> = fc
  .array(fc.nat(bucketCount), { minLength: 0, maxLength: 3 })
  .map((cuts) => {
    const edges = [0, ...cuts.sort((a, b) => a - b), bucketCount];
    return edges.slice(1).map((edge, i) => ({
      name: names[i] as string,
      version: i + 1,
      share: (edge - (edges[i] as number)) / bucketCount,
    }));
  });

/** The arm of each bucket. */
function owners({ arms }: Routing): (string | undefined)[] {
  const owner: (string | undefined)[] = new Array(bucketCount).fill(undefined);
  for (const { name, buckets } of arms)
    for (const [from, to] of buckets)
      for (let bucket = from; bucket < to; bucket++) {
        assert.equal(owner[bucket], undefined, `bucket ${bucket} belongs to two arms`);
        owner[bucket] = name;
      }
  return owner;
}

function armNamed({ arms }: Routing, name: string): Arm | undefined {
  return arms.find((arm) => arm.name === name);
}

test('every bucket belongs to one arm, and each has its share', () => {
  fc.assert(
    fc.property(divisions, (arms) => {
      const routing = routingOf({ salt: 's', arms });
      assert.ok(owners(routing).every((name) => name !== undefined));
      for (const { name, share } of arms)
        assert.equal(shareOf(armNamed(routing, name) ?? assert.fail()), share);
    }),
    { numRuns: 50 },
  );
});

test('a share that moves takes no more units along than it must, however often shares move', () => {
  fc.assert(
    fc.property(fc.array(divisions, { minLength: 2, maxLength: 4 }), (moves) => {
      let routing: Routing | undefined;
      for (const arms of moves) {
        const next = routingOf({ salt: 's', arms }, routing);
        if (routing !== undefined) {
          const [before, after] = [owners(routing), owners(next)];
          const moved = after.filter((name, bucket) => name !== before[bucket]).length;
          let must = 0;
          for (const arm of next.arms) {
            const old = armNamed(routing, arm.name);
            must += Math.max(0, shareOf(arm) - (old === undefined ? 0 : shareOf(old)));
          }
          assert.equal(moved, Math.round(must * bucketCount));
        }
        routing = next;
      }
    }),
    { numRuns: 50 },
  );
});

test('a ramp from 1 to 5 to 50 % never takes a unit away from the arm that grows', () => {
  const units = Array.from({ length: 5000 }, (_, i) => `store_${i}`);
  let routing: Routing | undefined;
  let inside = new Set<string>();
  for (const share of [0.01, 0.05, 0.5]) {
    const arms = [
      { name: 'champion', version: 1, share: 1 - share },
      { name: 'challenger', version: 2, share },
    ];
    const next = routingOf({ salt: 'ramp', arms }, routing);
    const now = new Set(units.filter((unit) => splitByBucket(next, unit).name === 'challenger'));
    assert.ok([...inside].every((unit) => now.has(unit)));
    [routing, inside] = [next, now];
  }
});

test('shares hold among units within what chance allows, whatever they are called', () => {
  const units = 20_000;
  for (const prefix of ['store_', '', 'CA_1/FOODS_3_', '🙂']) {
    fc.assert(
      fc.property(divisions, fc.string(), (arms, salt) => {
        const routing = routingOf({ salt, arms });
        const counts = new Map<string, number>();
        for (let i = 0; i < units; i++) {
          const { name } = splitByBucket(routing, `${prefix}${i}`);
          counts.set(name, (counts.get(name) ?? 0) + 1);
        }
        for (const { name, share } of arms) {
          // 5.5 standard deviations of a binomial: missed once in 25 million.
          const bound = 5.5 * Math.sqrt(units * share * (1 - share)) + 1;
          assert.ok(
            Math.abs((counts.get(name) ?? 0) - units * share) <= bound,
            `${name}: ${counts.get(name)}`,
          );
        }
      }),
      { numRuns: 5 },
    );
  }
});

test('the same unit has the same arm, and another salt shuffles units independently', () => {
  const arms = [
    { name: 'champion', version: 1, share: 0.5 },
    { name: 'challenger', version: 2, share: 0.5 },
  ];
  const [one, other] = ['one', 'other'].map((salt) => routingOf({ salt, arms })) as [Routing, Routing];
  const copy = JSON.parse(JSON.stringify(one)) as Routing;
  let both = 0;
  const units = 20_000;
  for (let i = 0; i < units; i++) {
    const arm = splitByBucket(one, `u${i}`);
    assert.equal(splitByBucket(copy, `u${i}`).name, arm.name);
    if (arm.name === 'challenger' && splitByBucket(other, `u${i}`).name === 'challenger') both++;
  }
  assert.ok(Math.abs(both - units / 4) < 5.5 * Math.sqrt((units * 3) / 16), `${both} of ${units}`);
});

test('the bucket of a unit is what it has always been: units must not flip when the program is changed', () => {
  assert.deepEqual(
    ['', 'store_1', 'CA_1', 'Größe 🙂'].map((unit) => bucketOf('rollout-7', unit)),
    [7944, 7609, 7410, 3638],
  );
});

test('one arm answers everybody', () => {
  assert.equal(splitByBucket(soleArm(7), 'anybody').version, 7);
  assert.equal(shareOf(soleArm(7).arms[0] as Arm), 1);
});

test('arms that cannot be told apart, or shares that are not whole, are refused', () => {
  const champion = { name: 'champion', version: 1, share: 0.5 };
  for (const arms of [
    [{ name: 'challenger', version: 2, share: 1 }],
    [champion, { ...champion, version: 2 }],
    [champion, { name: 'previous', version: 2, share: 0.5 }],
    [champion, { name: 'challenger', version: 2, share: 0.4 }],
    [
      { ...champion, share: 1.5 },
      { name: 'challenger', version: 2, share: -0.5 },
    ],
  ])
    assert.throws(() => routingOf({ salt: '', arms }));
});
