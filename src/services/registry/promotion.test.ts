import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { VersionRecord } from '../../storage/ports/index.ts';
import { Promotion } from './promotion.ts';

let done: string[];
let finding: string | undefined | Error;
let promotion: Promotion;
const version = { id: 'ver_2', number: 2, project: 'shop' } as VersionRecord;
const cause = { by: 'cli test', reason: 'better' } as const;

beforeEach(() => {
  done = [];
  finding = undefined;
  promotion = new Promotion({
    registry: {
      markProven: async (id) => void done.push(`proven ${id}`),
      markRefused: async (id, reason) => void done.push(`refused ${id}: ${reason}`),
      setAlias: async (project, alias, versionId) => {
        done.push(`${alias} ${versionId}`);
        return { ...cause, seq: 1, at: 0, project, alias, versionId };
      },
      previousChampion: async () => version,
    },
    processes: {
      prove: async ({ id }) => {
        done.push(`prove ${id}`);
        if (finding instanceof Error) throw finding;
        return finding;
      },
      follow: async (project) => void done.push(`follow ${project}`),
    },
  });
});

test('a version is tried, then named, then followed; a rollback goes the same way', async () => {
  await promotion.promote(version, cause);
  const steps = ['prove ver_2', 'proven ver_2', 'champion ver_2', 'follow shop'];
  assert.deepEqual(done, steps);
  assert.equal(await promotion.rollback('shop', cause), version);
  assert.deepEqual(done, [...steps, ...steps]);
});

test('a refusal is written down, and the alias stays', async () => {
  finding = 'its forecast of series "a" is not-finite';
  await assert.rejects(promotion.promote(version, cause), { code: 'serving/swap-refused' });
  assert.deepEqual(done, ['prove ver_2', `refused ver_2: ${finding}`]);
});

test('where nothing was found out nothing is written down', async () => {
  finding = new Error('the store does not answer');
  await assert.rejects(promotion.promote(version, cause), finding);
  assert.deepEqual(done, ['prove ver_2']);
});
