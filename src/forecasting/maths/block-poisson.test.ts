import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type BlockRows, blockEffects } from './block-poisson.ts';

function rowsOf(
  blocks: readonly (readonly (readonly [demand: number, ...columns: number[]])[])[],
): BlockRows {
  const rows = blocks.flat();
  const begins = [0];
  for (const block of blocks) begins.push((begins.at(-1) ?? 0) + block.length);
  return {
    demand: Float64Array.from(rows, ([demand]) => demand),
    columns: Float64Array.from(rows.flatMap(([, ...columns]) => columns)),
    width: (rows[0]?.length ?? 1) - 1,
    blocks: Int32Array.from(begins),
    clusters: Int32Array.from(blocks, (_, b) => b),
  };
}

describe('blockEffects', () => {
  it('finds of a flag the ratio of the means, where all blocks have it as often', () => {
    const demand = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(demand, demand, demand, demand), { minLength: 2, maxLength: 8 }),
        (all) => {
          const found = blockEffects(
            rowsOf(
              all.map(([a, b, c, d]) => [
                [a, 0],
                [b, 0],
                [c, 1],
                [d, 1],
              ]),
            ),
          );
          const sum = (...at: number[]): number =>
            all.reduce((total, one) => total + at.reduce((part, i) => part + (one[i] ?? 0), 0), 0);
          const expected = Math.log(sum(2, 3) / sum(0, 1));
          // What is held possible draws it to zero, by less than this.
          assert.ok(
            Math.abs((found?.effects[0] ?? Number.NaN) - expected) < 0.05 * (0.2 + Math.abs(expected)),
            `${found?.effects[0]} ${expected}`,
          );
        },
      ),
    );
  });

  it('does not ask how high a block lies, nor in which order its rows come', () => {
    const blocks = [
      [
        [3, 0.1],
        [5, 0.4],
        [0, -0.2],
      ],
      [
        [8, 0.3],
        [2, -0.5],
        [4, 0],
      ],
      [
        [1, 0],
        [1, 0.2],
        [2, 0.7],
      ],
    ] as [number, number][][];
    const found = blockEffects(rowsOf(blocks));
    const turned = blockEffects(rowsOf(blocks.map((block) => block.toReversed())));
    const moved = blockEffects(
      rowsOf(blocks.map((block, b) => block.map(([demand, x]) => [demand, x + 10 * b]))),
    );
    assert.ok(found !== null && turned !== null && moved !== null);
    for (const other of [turned, moved]) {
      assert.ok(Math.abs((other.effects[0] ?? 0) - (found.effects[0] ?? 0)) < 1e-6);
      assert.ok(Math.abs((other.errors[0] ?? 0) - (found.errors[0] ?? 0)) < 1e-6);
    }
  });

  it('stays finite where a flag has no demand at all, and says nothing of one block', () => {
    const found = blockEffects(
      rowsOf([
        [
          [9, 0],
          [0, 1],
        ],
        [
          [7, 0],
          [0, 1],
        ],
        [
          [4, 0],
          [0, 1],
        ],
      ]),
    );
    assert.ok(
      found !== null &&
        found.effects[0] !== undefined &&
        found.effects[0] < -3 &&
        Number.isFinite(found.effects[0]),
    );
    assert.equal(
      blockEffects(
        rowsOf([
          [
            [9, 0],
            [3, 1],
          ],
        ]),
      ),
      null,
    );
    assert.equal(
      blockEffects(
        rowsOf([
          [
            [9, 0],
            [3, 1],
          ],
          [
            [0, 0],
            [0, 1],
          ],
        ]),
      ),
      null,
    );
  });
});
