import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { even, profileOf } from '../../../../test/fixtures/data-profile.ts';
import { AppError } from '../../../core/index.ts';
import { runCommand } from '../testing.ts';

const config = JSON.stringify({
  projects: { shop: { frequency: 'day', columns: { series: 'item', time: 'day', target: 'units' } } },
});
let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almanac-validate-'));
});
after(() => rm(folder, { recursive: true }));

const report = {
  rows: 60,
  accepted: 60,
  plans: 0,
  duplicates: 0,
  quarantined: 0,
  quarantinedByCode: {},
  periodMin: 0,
  periodMax: 59,
  problems: [],
  findings: [{ kind: 'stale', message: 'the newest row is old' }],
  ...profileOf({ a: even(10), gone: even(3, 20) }),
};

test('validate prints the profile, and writes it as a page where --html says', async () => {
  const html = join(folder, 'profile.html');
  const services = { data: { validateFile: async () => report } };
  const { code, out } = await runCommand(['validate', 'sales.csv', '--html', html], { config, services });
  assert.equal(code, 0);
  assert.match(out, /^worth a look: 60 rows would be taken in/);
  assert.match(out, /ended +1 +"gone" none since 2022-01-27/);
  assert.match(out, /· the newest row is old\nits profile with pictures: .*profile\.html\n$/);
  const page = await readFile(html, 'utf8');
  assert.match(page, /<title>Profile of sales\.csv<\/title>[\s\S]*<bdi class="key">gone<\/bdi>/);
});

test('of a file that is refused as a whole the page says why, and the command fails as without it', async () => {
  const html = join(folder, 'refused.html');
  const refuse = () => Promise.reject(new AppError('data/missing-column', 'no column "item"'));
  const { code, err } = await runCommand(['validate', 'sales.csv', '--html', html], {
    config,
    services: { data: { validateFile: refuse } },
  });
  assert.equal(code, 1);
  assert.match(err, /no column "item"/);
  assert.match(await readFile(html, 'utf8'), /refused as a whole[\s\S]*no column &quot;item&quot;/);
});

test('a page that cannot be written is said', async () => {
  const { code, err } = await runCommand(['validate', 'a.csv', '--html', join(folder, 'none', 'x.html')], {
    config,
    services: { data: { validateFile: async () => report } },
  });
  assert.equal(code, 1);
  assert.match(err, /cannot be written/);
});
