import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HttpWorld } from '../../../test/fixtures/http-world.ts';
import { AlmanacClient } from './almanac-client.ts';
import type { AlmanacEvent } from './api.ts';
import { ProblemError } from './problem-error.ts';
import { readServerSentEvents } from './server-sent-events.ts';

let world: HttpWorld;
let client: AlmanacClient;

before(async () => {
  world = await HttpWorld.open();
  client = new AlmanacClient({ baseUrl: await world.app.listen({ host: '127.0.0.1', port: 0 }) });
});
after(() => world.close());

test('observes, forecasts, promotes, explains and judges over a real connection', async () => {
  const sent = await client.observe('shop', [{ series: 'a', timestamp: '2026-01-30', value: 4 }]);
  assert.equal(sent.accepted, 1);
  await world.train({ a: [4], b: [9] });
  assert.equal((await client.promote('shop', 1)).version.number, 1);
  const forecast = await client.forecast('shop', { series: ['a', 'b'], horizon: 2 });
  assert.deepEqual(
    forecast.forecasts.map(({ series, steps }) => [series, steps[0]?.mean]),
    [
      ['a', 4],
      ['b', 9],
    ],
  );
  const id = String(forecast.forecasts[0]?.predictionId);
  assert.equal((await client.prediction(id)).series, 'a');
  assert.equal((await client.why(id)).version?.id, (await client.model('shop', 'champion')).id);
  await client.observe('shop', [{ series: 'a', timestamp: '2026-01-31', value: 6 }]);
  assert.equal((await client.accuracy('shop', { version: 1 })).overall.metrics.mae, 2);
  assert.equal((await client.projects())[0]?.name, 'shop');
  assert.equal((await client.project('shop')).status.trained, true);
  assert.equal((await client.runs('shop')).length, 1);
  assert.equal((await client.run('shop', 'run_1')).id, 'run_1');
  assert.equal((await client.snapshots('shop')).length, 1);
  assert.equal((await client.models('shop')).length, 1);
  assert.equal((await client.quarantine('shop'))[0]?.code, 'negative');
  const seen = await client.profile('shop');
  assert.deepEqual(
    [seen.series, seen.demand, seen.classes[0]],
    [1, 12, { demandClass: 'smooth', series: 1, demand: 12 }],
  );
  assert.equal((await client.health()).status, 'ok');
  assert.equal((await client.ready()).ready, true);
  const [snapshot] = await client.snapshots('shop');
  const diff = await client.snapshotDiff('shop', String(snapshot?.id), String(snapshot?.id));
  assert.deepEqual(
    [diff.from, diff.correctionExamples],
    [snapshot?.id, [{ series: 'a', period: '1970-01-01', before: null, after: 2 }]],
  );
});

test('a refusal is an error with its code, hint and fields', async () => {
  await assert.rejects(client.forecast('shop', { series: ['nobody'] }), (error) => {
    assert.ok(error instanceof ProblemError);
    assert.equal(error.code, 'serving/unknown-series');
    assert.equal(error.status, 404);
    assert.match(error.message, /"nobody"/);
    return true;
  });
  await assert.rejects(client.project('../../etc/passwd'), { code: 'serving/unknown-project' });
  await assert.rejects(client.rollback('shop'), { code: 'registry/no-earlier-champion' });
  await assert.rejects(client.contract('shop'), { code: 'contract/none' });
});

test('an answer of something else is an error too', async () => {
  const fetch = async (): Promise<Response> => new Response('<html>', { status: 502 });
  await assert.rejects(new AlmanacClient({ baseUrl: 'http://proxy', fetch }).health(), {
    code: 'client/unexpected-answer',
    status: 502,
  });
});

test('waits for a job until it ends', async () => {
  const { jobId } = await client.train('shop', { reason: 'test' });
  const states: string[] = [];
  const done = await client.waitForJob(jobId, {
    onProgress: (job) => {
      states.push(job.state);
      if (states.length === 1) void client.cancelJob(jobId);
    },
  });
  assert.equal(states[0], 'queued');
  assert.equal(done.state, 'cancelled');
  assert.equal((await client.jobs({ state: 'cancelled' })).length, 1);
});

test('follows events in order, and resumes after the last one seen', async () => {
  const first = await world.store.lastEventSeq();
  const emit = (n: number): Promise<unknown> =>
    world.store.appendEvent(
      n % 2 === 0
        ? { at: 0, project: 'shop', type: 'swap.done', data: { versionId: 'even', ms: n } }
        : { at: 0, project: 'shop', type: 'swap.refused', data: { versionId: 'odd', reason: String(n) } },
    );
  for (let n = 0; n < 10; n++) await emit(n);
  const seen: AlmanacEvent[] = [];
  for await (const event of client.events({ after: first, types: ['swap.done'], project: 'shop' })) {
    seen.push(event);
    if (seen.length === 5) await emit(10);
    if (seen.length === 6) break;
  }
  assert.deepEqual(
    seen.map((event) => event.data.ms),
    [0, 2, 4, 6, 8, 10],
  );
  for await (const event of client.events({ after: (seen[1] as AlmanacEvent).seq })) {
    assert.equal(event.data.reason, '3');
    break;
  }
});

test('reconnects after the last event seen when the connection breaks', async () => {
  const after = await world.store.lastEventSeq();
  for (let n = 0; n < 4; n++)
    await world.store.appendEvent({
      at: 0,
      project: 'shop',
      type: 'swap.done',
      data: { versionId: 'v', ms: n },
    });
  let connections = 0;
  const broken: typeof fetch = async (url, init) => {
    connections++;
    const response = await fetch(url, init);
    if (connections > 1 || !response.body) return response;
    const cut = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        const text = new TextDecoder().decode(chunk);
        const end = text.indexOf('\n\n', text.indexOf('id:')) + 2;
        controller.enqueue(new TextEncoder().encode(text.slice(0, end)));
        if (text.includes('id:')) controller.error(new Error('connection lost'));
      },
    });
    return new Response(response.body.pipeThrough(cut));
  };
  const flaky = new AlmanacClient({ baseUrl: String(world.app.listeningOrigin), fetch: broken });
  const seen: unknown[] = [];
  for await (const event of flaky.events({ after })) {
    seen.push(event.data.ms);
    if (seen.length === 4) break;
  }
  assert.deepEqual(seen, [0, 1, 2, 3]);
  assert.equal(connections, 2);
});

test('reads events however the bytes are cut', async () => {
  const text = ': hello\n\nid: 1\nevent: a\ndata: {"x":\ndata: "ü"}\n\nid: 2\ndata: 2\n\n';
  const bytes = new TextEncoder().encode(text);
  for (let size = 1; size < bytes.length; size += 3) {
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let i = 0; i < bytes.length; i += size) controller.enqueue(bytes.slice(i, i + size));
        controller.close();
      },
    });
    const events = [];
    for await (const event of readServerSentEvents(stream)) events.push(event);
    assert.deepEqual(events, [
      { id: '1', event: 'a', data: '{"x":\n"ü"}' },
      { id: '2', event: 'message', data: '2' },
    ]);
  }
});
