import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openRapl } from './energy.ts';

const folder = mkdtempSync(join(tmpdir(), 'almanac-rapl-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function count(domain: string, microjoules: number | string): void {
  writeFileSync(join(folder, domain, 'energy_uj'), `${microjoules}\n`);
}

test('adds up the packages, without their parts, across a counter that begins again', () => {
  for (const domain of ['intel-rapl:0', 'intel-rapl:1', 'intel-rapl:0:0']) {
    mkdirSync(join(folder, domain));
    writeFileSync(join(folder, domain, 'max_energy_range_uj'), '10000000\n');
    count(domain, 9_000_000);
  }
  const meter = openRapl(folder);
  assert.ok(meter);
  assert.equal(meter.read(), 0);
  count('intel-rapl:0', 9_500_000);
  count('intel-rapl:0:0', 9_900_000);
  assert.equal(meter.read(), 0.5);
  count('intel-rapl:1', 1_000_000);
  assert.equal(meter.read(), 2.5);
  count('intel-rapl:1', 'nonsense');
  assert.equal(meter.read(), null);
});

test('a machine that does not tell has no meter', () => {
  assert.equal(openRapl(join(folder, 'nothing-here')), null);
  assert.equal(openRapl(tmpdir()), null);
});
