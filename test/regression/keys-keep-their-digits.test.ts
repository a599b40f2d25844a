// 9007199254740993 and ...992 merged into one series, as JSON.parse rounds them; objects, lists and true became series ids; of two
// fields with one name the last one won without a word.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { createHandlers, encodeExportedModel, loadForecaster } from '../../src/interfaces/edge/index.ts';
import { readObservations } from '../../src/services/streams/message.ts';
import { exportedModel, stillPlatform } from '../fixtures/exported-world.ts';
import { type DataFixture, openDataFixture, project } from '../hostile/data-fixture.ts';

let fixture: DataFixture;
beforeEach(async () => {
  fixture = await openDataFixture();
});
afterEach(() => fixture.close());

const near = [
  '{"item":9007199254740993,"date":"2024-01-01","units":1,"out":0}',
  '{"item":9007199254740992,"date":"2024-01-01","units":2,"out":0}',
  '{"item":"9007199254740994","date":"2024-01-01","units":3,"out":0}',
];
const landed = { '9007199254740992': 2, '9007199254740993': 1, '9007199254740994': 3 };

async function rows(): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for await (const page of fixture.data.observationsSince(project.name, 0))
    for (const { seriesId, value } of page.rows) found[seriesId] = value;
  return found;
}

test('ids past 2^53 stay apart: NDJSON and JSON bodies', async () => {
  await fixture.data.ingestBody(project, Buffer.from(near.join('\n')), { format: 'ndjson' });
  assert.deepEqual(await rows(), landed);
  await fixture.data.ingestBody(project, Buffer.from(`[${near.join(',\n')}]`), { format: 'json' });
  assert.deepEqual(await rows(), landed);
});

test('ids past 2^53 stay apart: files, and bodies so long that they are read like files', async () => {
  const path = await fixture.file('near.ndjson', near.join('\n'));
  const { batch } = await fixture.data.ingestFile(project, path);
  assert.equal(batch.rowsAccepted, 3);
  const many = Array.from({ length: 60_000 }, (_, i) => (near[0] ?? '').replace('0993', `${100_000 + i}`));
  const long = await fixture.data.ingestBody(project, Buffer.from(`[${many.join(',')}]`), { format: 'json' });
  assert.equal(long.batch.rowsAccepted, 60_000);
});

test('ids past 2^53 stay apart: messages of streams', () => {
  for (const text of [`[${near.join(',')}]`, near.join('\n')]) {
    const read = readObservations(Buffer.from(text), 'date');
    assert.deepEqual(read.kind === 'rows' && read.lines.map(String), near);
  }
  const printed = readObservations(Buffer.from('{\n"item":9007199254740993\n}'), 'date');
  assert.match(String(printed.kind === 'rows' && printed.lines[0]), /9007199254740993/);
});

test('ids past 2^53 stay apart: the exported handler; those that a platform has rounded are refused', async () => {
  const model = await encodeExportedModel(exportedModel());
  const platform = stillPlatform();
  const { fetch, handler } = createHandlers({ platform, load: () => loadForecaster(model, platform) });
  const row = '"item":"bread","date":"2026-03-02","units":5';
  const body = `{"series":["9007199254740993/bread"],"observations":[{"store":9007199254740993,${row}}]}`;
  const post = { method: 'POST', body };
  const answer = (await (await fetch(new Request('https://edge.test/', post))).json()) as Answer;
  assert.equal(answer.observations?.accepted, 1);
  assert.equal(answer.forecasts?.[0]?.series, '9007199254740993/bread');
  const parsed = JSON.parse(body.replace('["9007199254740993/bread"]', '["north/bread"]')) as object;
  const refused = (await handler(parsed)) as Answer;
  assert.deepEqual([refused.observations?.accepted, refused.observations?.quarantined], [0, 1]);
  const twice = await fetch(
    new Request('https://edge.test/', { method: 'POST', body: body.replace('{', '{"series":[],') }),
  );
  assert.equal(twice.status, 400);
});

interface Answer {
  readonly forecasts?: readonly { readonly series: string }[];
  readonly observations?: { readonly accepted: number; readonly quarantined: number };
}

test('what is no name is no key, and a field has one value', async () => {
  const odd = [
    ['{"item":{"id":5},"date":"2024-01-01","units":3}', /"item" is an object: a series is named by/],
    ['{"item":[1,2],"date":"2024-01-01","units":3}', /"item" is a list/],
    ['{"item":true,"date":"2024-01-01","units":3}', /"item" is true/],
    ['{"item":1e21,"date":"2024-01-01","units":3}', /"item" is a number past 2\^53, whose digits are lost/],
    ['{"item":1e400,"date":"2024-01-01","units":3}', /"item" is a number past/],
    ['{"item":"A","date":"2024-01-01","units":5,"units":50}', /names a field twice/],
    ['{"item":"\\ud800","date":"2024-01-01","units":5}', /half a character/],
    ['{"item":"a\\u0000","date":"2024-01-01","units":5}', /control characters/],
    ['{"item":"A","date":"2024-01-01","units":9007199254740993}', /9007199254740993" is beyond 10\^15/],
    ['{"item":"A","date":"2024-01-01","units":{"value":7}}', /is not a number/],
    ['{"item":"A","date":"2024-01-01","units":true}', /"true" is not a number/],
  ] as const;
  const good = ['{"item":5.0,"date":"2024-01-01","units":1}', '{"item":1E5,"date":"2024-01-01","units":2}'];
  const lines = [...odd.map(([line]) => line), ...good];
  for (const [format, text] of [
    ['ndjson', lines.join('\n')],
    ['json', `[${lines.join(',')}]`],
  ] as const) {
    const { batch } = await fixture.data.ingestBody(project, Buffer.from(text), { format });
    const refused = await fixture.data.quarantine(project.name, { batchId: batch.id, limit: 50 });
    assert.deepEqual(
      refused.map(({ row }) => row),
      odd.map((_, i) => i + 1),
      format,
    );
    for (const [i, { reason }] of refused.entries()) assert.match(reason, odd[i]?.[1] ?? /never/);
    assert.deepEqual(await rows(), { '5': 1, '100000': 2, A: Number.NaN });
  }
});

test('a number past all numbers is kept in quarantine as it was written, not as null', async () => {
  const line = '{"item":"A","date":"2024-01-01","units":1e400,"out":0}';
  for (const [format, text] of [
    ['ndjson', line],
    ['json', `[${line}]`],
  ] as const) {
    const { batch } = await fixture.data.ingestBody(project, Buffer.from(text), { format });
    const [refused] = await fixture.data.quarantine(project.name, { batchId: batch.id, limit: 1 });
    assert.deepEqual([refused?.code, refused?.raw], ['bad-number', line]);
  }
});
