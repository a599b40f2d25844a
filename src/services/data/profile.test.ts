import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { projectLike } from '../../../test/fixtures/project.ts';
import { type DataFixture, openDataFixture } from '../../../test/hostile/data-fixture.ts';

const shop = projectLike({ columns: { series: ['sku'], time: 'date', target: 'units' }, conflicts: 'sum' });
const monthly = projectLike({ ...shop, grid: { frequency: 'month', weekStart: 1 }, seasons: [12] });
let fixture: DataFixture;
before(async () => {
  fixture = await openDataFixture();
});
after(() => fixture.close());

/** Daily sales of five items from 2023 up to a day of 2024. */
function daily(last: string, unitsOf: (day: string) => number = () => 10): string {
  const lines = ['sku,date,units'];
  for (let ms = Date.UTC(2023, 0, 1); ; ms += 86_400_000) {
    const day = new Date(ms).toISOString().slice(0, 10);
    for (let i = 0; i < 5; i++) lines.push(`item ${i},${day},${unitsOf(day)}`);
    if (day === last) return `${lines.join('\n')}\n`;
  }
}

test('a month of which the rows end in its middle is unfinished, a whole one of little demand is low', async () => {
  const half = await fixture.file('half.csv', daily('2024-03-14'));
  const { newest } = (await fixture.data.validateFile(monthly, half)).profile;
  assert.deepEqual(
    [newest?.period, newest?.state, newest?.reasons],
    ['2024-03-01', 'unfinished', ['its last row lies 42 % into it, those of earlier periods at least 96 %']],
  );
  const poor = await fixture.file(
    'poor.csv',
    daily('2024-02-29', (day) => (day >= '2024-02-01' ? 3 : 10)),
  );
  assert.equal((await fixture.data.validateFile(monthly, poor)).profile.newest?.state, 'low');
});

test('rows that are refused, and plans, are no part of the profile', async () => {
  const planned = { ...shop, columns: { ...shop.columns, known: ['price'] } };
  const text = 'sku,date,units,price\na,2024-05-01,5,2\na,2024-05-02,many,2\na,2024-05-28,,3\n';
  const { profile, quarantined } = await fixture.data.validateFile(
    planned,
    await fixture.file('plans.csv', text),
  );
  assert.deepEqual(
    [quarantined, profile.series, profile.first, profile.last, profile.demand],
    [1, 1, '2024-05-01', '2024-05-01', 5],
  );
});

test('what is stored has the profile of its file, also when it came in parts, was corrected and waits in the tail', async () => {
  const plain = projectLike({ ...shop, name: 'stored', conflicts: 'last' });
  await fixture.store.putProject(plain, 0);
  assert.deepEqual((await fixture.data.storedProfile(plain)).profile.series, 0);
  const text = daily('2024-02-29', (day) => (day === '2023-07-01' ? 900 : 10));
  const path = await fixture.file('whole.csv', text);
  const whole = await fixture.data.validateFile(plain, path);
  const [header, ...lines] = text.trimEnd().split('\n');
  const wrong = `item 3,2023-05-05,77`;
  await fixture.data.ingestFile(
    plain,
    await fixture.file('first.csv', [header, wrong, ...lines.slice(0, 1000)].join('\n')),
  );
  await fixture.data.ingestBody(plain, Buffer.from([header, ...lines.slice(1000)].join('\n')), {
    format: 'csv',
  });
  await fixture.data.ingestBody(plain, Buffer.from(`${header}\nitem 3,2023-05-05,10\n`), { format: 'csv' });
  const { profile, histories, rows, findings } = await fixture.data.storedProfile(plain);
  assert.equal(rows, lines.length);
  assert.deepEqual(profile, whole.profile);
  assert.deepEqual(histories, whole.histories);
  assert.ok(findings.every(({ kind }) => kind !== 'refused-rows'));
});

test('a profile is read once while nothing is new, and anew after a batch', async () => {
  const own = projectLike({ ...shop, name: 'remembered' });
  await fixture.store.putProject(own, 0);
  const land = (units: number) =>
    fixture.data.ingestBody(own, Buffer.from(`sku,date,units\na,2024-05-01,${units}\n`), { format: 'csv' });
  await land(3);
  const [one, two] = await Promise.all([fixture.data.storedProfile(own), fixture.data.storedProfile(own)]);
  assert.equal(one, two);
  assert.equal(await fixture.data.storedProfile(own), one);
  await land(4);
  assert.equal((await fixture.data.storedProfile(own)).profile.demand, 7);
});
