import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

import { type DataFixture, openDataFixture, project } from '../../../test/hostile/data-fixture.ts';
import { type ContractCheck, isAppError, type Project } from '../../core/index.ts';
import { checkOf } from '../contracts/testing.ts';

let fixture: DataFixture;
beforeEach(async () => {
  fixture = await openDataFixture();
});
afterEach(() => fixture.close());

function under(...checks: ContractCheck[]): Project {
  const rules = { file: 'c.yaml', id: 'c', version: '1', checks, warnings: [] };
  return { ...project, contract: { ...project.contract, rules } };
}

function csv(...rows: string[]): string {
  return `item,date,units,out\n${rows.join('\n')}\n`;
}

const knownItems = checkOf({ kind: 'references', values: ['a', 'b'] }, { id: 'items', columns: ['item'] });
const fewMissing = checkOf(
  { kind: 'nulls' },
  { id: 'missing', columns: ['units'], unit: 'percent', bound: { operator: 'mustBeLessOrEqualTo', low: 50 } },
);
const rows = csv('a,2024-05-01,5,0', 'x,2024-05-01,5,0', 'b,2024-05-02,,0');

/** The same bytes as a body, as a large body that goes by way of a file, and as a file. */
async function each(
  of: Project,
  text: string,
  look: (land: () => ReturnType<DataFixture['data']['ingestFile']>) => Promise<void>,
) {
  await look(() => fixture.data.ingestBody(of, Buffer.from(text), { format: 'csv' }));
  await look(async () => fixture.data.ingestFile(of, await fixture.file(`f${text.length}.csv`, text)));
}

test('a row that breaks a check that tolerates none is set aside, the others land, and the answer says so', async () => {
  await each(under(knownItems), rows, async (land) => {
    const { batch, problems, failedChecks } = await land();
    assert.deepEqual([batch.rowsAccepted, batch.quarantinedByCode], [2, { contract: 1 }]);
    assert.deepEqual([problems[0]?.row, problems[0]?.reason], [2, 'items: column "item" "x" is not known']);
    assert.deepEqual(
      failedChecks.map(({ id, figure, n, refuses, examples }) => [id, figure, n, refuses, examples]),
      [['items', 1, 3, 'rows', [{ row: 2, value: '"x"' }]]],
    );
  });
});

test('a check with a tolerance refuses the whole batch when it is an error, and is told of when it is a warning', async () => {
  const half = csv('a,2024-05-01,5,0', 'a,2024-05-02,,0', 'b,2024-05-02,,0');
  await each(under(fewMissing), half, async (land) => {
    await assert.rejects(land, (error) => {
      assert.ok(isAppError(error, 'contract/broken'));
      assert.match(
        error.message,
        /missing: 66.67 percent of 3, must be at most 50 percent \(row 2, row 3\)$/,
      );
      return true;
    });
  });
  assert.equal((await fixture.store.historyTotals(project.name)).batchSeq, 0);
  await each(under({ ...fewMissing, severity: 'warning' }), half, async (land) => {
    const { failedChecks } = await land();
    assert.deepEqual(
      failedChecks.map(({ id, refuses }) => [id, refuses]),
      [['missing', null]],
    );
  });
});

test('messages of many senders are not refused for what some of them hold', async () => {
  const lines = '{"item":"a","date":"2024-05-01","units":null,"out":0}\n';
  const { batch, failedChecks } = await fixture.data.ingestBody(under(fewMissing), Buffer.from(lines), {
    format: 'ndjson',
    mixed: true,
  });
  assert.deepEqual([batch.rowsAccepted, failedChecks.length], [1, 1]);
});

test('of a batch the table is not asked; of a file that is validated it is', async () => {
  const many = checkOf(
    { kind: 'rows' },
    { id: 'many', scope: 'table', bound: { operator: 'mustBeGreaterThan', low: 10 } },
  );
  const shop = under(many);
  const path = await fixture.file('few.csv', rows);
  const { contract } = await fixture.data.validateFile(shop, path);
  assert.deepEqual(
    contract?.map(({ status, figure }) => [status, figure]),
    [['failed', 3]],
  );
  assert.equal((await fixture.data.ingestFile(shop, path)).failedChecks.length, 0);
});

test('a refused row makes its period unknown, as every other refusal does', async () => {
  const shop = under(checkOf({ kind: 'invalid', value: { maximum: 4 } }, { id: 'few', columns: ['units'] }));
  await fixture.data.ingestFile(
    shop,
    await fixture.file('a.csv', csv('a,2024-05-01,3,0', 'a,2024-05-02,5,0', 'a,2024-05-03,1,0')),
  );
  const { id } = await fixture.data.createSnapshot(shop.name);
  const panel = await fixture.data.readPanel(shop, id);
  assert.deepEqual([...(panel.series[0]?.values ?? [])], [3, Number.NaN, 1]);
});

test('references and units know the history of the project', async () => {
  const shop = under(
    checkOf({ kind: 'references', values: null }, { id: 'known', columns: ['item'], severity: 'warning' }),
    checkOf({ kind: 'units', factor: 5 }, { id: 'units', columns: ['units'] }),
  );
  await fixture.data.ingestFile(
    shop,
    await fixture.file('a.csv', csv('a,2024-05-01,3,0', 'a,2024-05-02,5,0')),
  );
  const { batch, failedChecks } = await fixture.data.ingestBody(
    shop,
    Buffer.from(csv('a,2024-05-03,4,0', 'a,2024-05-04,60,0', 'z,2024-05-03,1,0')),
    { format: 'csv' },
  );
  assert.deepEqual(batch.quarantinedByCode, { contract: 1 });
  assert.deepEqual(
    failedChecks.map(({ id, figure, n }) => [id, figure, n]),
    [
      ['known', 1, 3],
      ['units', 1, 2],
    ],
  );
});

test('failed checks are events, also of a batch that was refused, whose repetition is said once', async () => {
  const shop = under(
    { ...fewMissing, severity: 'warning', bound: { operator: 'mustBeLessOrEqualTo', low: 10 } },
    checkOf({ kind: 'invalid', value: { maximum: 6 } }, { id: 'few', columns: ['units'] }),
    checkOf(
      { kind: 'invalid', value: { minimum: 1 } },
      { id: 'whole', columns: ['units'], refuses: 'batch' },
    ),
  );
  const afterSeq = await fixture.store.lastEventSeq();
  const land = (text: string) => fixture.data.ingestBody(shop, Buffer.from(text), { format: 'csv' });
  const { batch } = await land(csv('a,2024-05-01,9,0', 'b,2024-05-01,,0', 'c,2024-05-01,2,0'));
  for (let i = 0; i < 3; i++)
    await assert.rejects(land(csv(`a,2024-05-02,0.${i + 1},0`)), { code: 'contract/broken' });
  const path = await fixture.file('bad.csv', csv('a,2024-05-03,9,0', 'b,2024-05-03,3,0'));
  await fixture.data.ingestFile(shop, path);
  const told = (await fixture.store.readEvents({ afterSeq, limit: 100 })).flatMap((event) =>
    event.type === 'contract.failed'
      ? [[event.data.batchId === batch.id, event.data.refused, ...event.data.checks.map(({ id }) => id)]]
      : [],
  );
  assert.deepEqual(told, [
    [true, false, 'missing', 'few'],
    [false, true, 'whole'],
    [false, false, 'few'],
  ]);
});

test('what is stored is asked too, with the latest word on every period and the project clock for freshness', async () => {
  const shop = under(
    fewMissing,
    checkOf({ kind: 'rows' }, { id: 'rows', scope: 'table', bound: { operator: 'mustBe', low: 3 } }),
    checkOf(
      { kind: 'invalid', value: { maximum: 6 } },
      { id: 'few', columns: ['units'], severity: 'warning' },
    ),
    checkOf(
      { kind: 'freshness' },
      { id: 'fresh', scope: 'table', unit: 'hours', bound: { operator: 'mustBeLessThan', low: 24 } },
    ),
  );
  assert.deepEqual((await fixture.data.storedContract(shop)).rows, 0);
  await fixture.data.ingestFile(
    shop,
    await fixture.file('a.csv', csv('a,2024-05-29,9,0', 'b,2024-05-29,5,0')),
  );
  await fixture.data.ingestBody(shop, Buffer.from(csv('a,2024-05-29,4,0', 'a,2024-05-31,7,0')), {
    format: 'csv',
    closedThrough: '2024-05-30',
  });
  const { rows: looked, results } = await fixture.data.storedContract(shop);
  assert.equal(looked, 3);
  assert.deepEqual(
    results.map(({ id, status, figure }) => [id, status, figure]),
    [
      ['missing', 'passed', 0],
      ['rows', 'passed', 3],
      ['few', 'failed', 1],
      ['fresh', 'failed', 36],
    ],
  );
});

test('what is known beside demand is looked at column by column: the latest batch that knows it', async () => {
  const of = under(
    checkOf({ kind: 'nulls' }, { id: 'empty', columns: ['price'], severity: 'warning' }),
    checkOf(
      { kind: 'invalid', value: { multipleOf: 0.01, maximum: 0.1 } },
      { id: 'cents', columns: ['price'], severity: 'warning' },
    ),
    checkOf(
      { kind: 'invalid', value: { values: ['yes', 'no'] } },
      { id: 'words', columns: ['promo'], severity: 'warning' },
    ),
  );
  const shop = {
    ...of,
    columns: { ...of.columns, known: ['price', 'promo'], categories: ['promo'] },
  };
  const land = (text: string) => fixture.data.ingestBody(shop, Buffer.from(text), { format: 'csv' });
  const header = 'item,date,units,out,price,promo';
  await fixture.data.ingestFile(
    shop,
    await fixture.file('a.csv', `${header}\na,2024-05-29,5,0,0.1,yes\nb,2024-05-29,5,0,0.07,no\n`),
  );
  await land(`${header}\na,2024-05-29,6,0,,\nb,2024-05-29,6,0,,maybe\n`);
  const { rows: looked, results } = await fixture.data.storedContract(shop);
  assert.equal(looked, 2);
  assert.deepEqual(
    results.map(({ id, status, figure, examples }) => [
      id,
      status,
      figure,
      examples.map(({ value }) => value),
    ]),
    [
      ['empty', 'passed', 0, []],
      ['cents', 'passed', 0, []],
      ['words', 'failed', 1, ['"maybe"']],
    ],
  );
});

test('rows are not counted where only the newest periods are looked at', async () => {
  const shop = under(
    checkOf({ kind: 'rows' }, { id: 'rows', scope: 'table', bound: { operator: 'mustBe', low: 2 } }),
  );
  await fixture.data.ingestFile(
    shop,
    await fixture.file('a.csv', csv('a,2023-05-29,9,0', 'a,2024-05-29,5,0')),
  );
  const { results } = await fixture.data.storedContract(shop);
  assert.deepEqual(
    [results[0]?.status, results[0]?.why],
    ['not checked', 'only the newest periods of what is stored are looked at'],
  );
});

test('a plan is held to what is asked of its columns and counts nowhere as demand', async () => {
  const checks = [
    checkOf({ kind: 'nulls' }, { id: 'units', columns: ['units'] }),
    checkOf({ kind: 'invalid', value: { minimum: 0 } }, { id: 'price', columns: ['price'] }),
    checkOf(
      { kind: 'rows' },
      { id: 'rows', columns: [], scope: 'batch', bound: { operator: 'mustBe', low: 1 } },
    ),
  ];
  const of = under(...checks);
  const planned = { ...of, columns: { ...of.columns, known: ['price'] } };
  const text = 'item,date,units,out,price\na,2024-05-01,5,0,2\na,2024-06-20,,,3\na,2024-06-21,,,-3\n';
  await each(planned, text, async (land) => {
    const { batch, failedChecks } = await land();
    assert.deepEqual(failedChecks, []);
    assert.deepEqual([batch.rowsPlanned, batch.quarantinedByCode], [1, { contract: 1 }]);
  });
});

test('what tolerates half a percent refuses no single row', async () => {
  const few = { ...fewMissing, bound: { operator: 'mustBeLessOrEqualTo', low: 0.5 } } as ContractCheck;
  const many = Array.from({ length: 400 }, (_, i) => `i${i},2024-05-01,${i === 0 ? '' : 5},0`);
  const { batch } = await fixture.data.ingestBody(under(few), Buffer.from(csv(...many)), { format: 'csv' });
  assert.deepEqual([batch.rowsAccepted, batch.rowsQuarantined], [400, 0]);
});

test('what the history measures is not checked on the history itself', async () => {
  const of = under(
    checkOf({ kind: 'units', factor: 10 }, { id: 'jump', columns: ['units'] }),
    checkOf({ kind: 'references', values: null }, { id: 'names', columns: ['item'] }),
  );
  await fixture.data.ingestBody(of, Buffer.from(rows.replace('x', 'b')), { format: 'csv' });
  const { results } = await fixture.data.storedContract(of);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['not checked', 'not checked'],
  );
});
