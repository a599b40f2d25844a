// Six series that report one after the other, through a real server: a row for one leaves the forecasts of the others as they
// were, for both gap rules, whether it comes by HTTP, as a file or from a stream; once the day is closed they follow.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { Rng } from '../../src/core/index.ts';
import { freePort } from '../fixtures/free-port.ts';
import { type NatsServer, noNatsServer, startNatsServer } from '../fixtures/nats-server.ts';
import { command, commandJson } from './command.ts';
import { type ServerProcess, startServer } from './server-process.ts';

const items = ['A', 'B', 'C', 'D', 'E', 'F'];
const others = items.slice(1);
const days = 60;
const dateOf = (day: number): string => new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10);

interface Forecast {
  readonly cutoffAt: string;
  readonly forecasts: readonly {
    series: string;
    cutoffAt: string;
    steps: { timestamp: string; mean: number }[];
  }[];
}

const config = (port: number | undefined): string => {
  const project = (gaps: string): string =>
    `{ frequency: 'day', horizonSteps: 7, seasons: [7], models: ['ses'], gaps: '${gaps}',
      columns: { series: 'item', time: 'date', target: 'units' } }`;
  const stream = (name: string): string =>
    `${name}: { kind: 'nats', url: 'nats://127.0.0.1:${port}', stream: 'SALES', subject: 'sales.${name}', project: '${name}' }`;
  const streams = port === undefined ? '' : `streams: { ${stream('zero')}, ${stream('missing')} },`;
  return `export default { projects: { zero: ${project('zero')}, missing: ${project('missing')} }, ${streams} };`;
};

describe('one row of a new day', () => {
  let folder: string;
  let broker: NatsServer | undefined;
  let server: ServerProcess;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'almanac-one-row-'));
    if (noNatsServer === false) {
      broker = await startNatsServer(join(folder, 'nats'), { port: await freePort() });
      const nc = await connect({ servers: broker.url });
      await (await jetstreamManager(nc)).streams.add({ name: 'SALES', subjects: ['sales.>'] });
      await nc.close();
    }
    const port =
      broker === undefined ? undefined : Number(new URL(broker.url.replace('nats:', 'http:')).port);
    await writeFile(join(folder, 'almanac.config.ts'), config(port));
    const rng = new Rng(1);
    const rows = items.flatMap((item, s) =>
      Array.from({ length: days }, (_, day) => `${item},${dateOf(day)},${60 + 60 * s + rng.below(30)}`),
    );
    await writeFile(join(folder, 'sales.csv'), `item,date,units\n${rows.join('\n')}\n`);
    for (const project of ['zero', 'missing']) {
      await commandJson(folder, 'ingest', 'sales.csv', '--project', project);
      const { code, stderr } = await command(folder, 'train', '--project', project);
      assert.equal(code, 0, stderr);
    }
    server = await startServer(folder);
  });
  after(async () => {
    await server?.kill();
    await broker?.kill();
    await rm(folder, { recursive: true, force: true });
  });

  const post = async (path: string, body: unknown): Promise<unknown> => {
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    const response = await fetch(`${server.url}/v1/projects/${path}`, init);
    const text = await response.text();
    assert.equal(response.status, 200, text);
    return JSON.parse(text);
  };
  const ask = async (project: string, series: readonly string[]): Promise<Forecast> =>
    (await post(`${project}/forecast`, { series })) as Forecast;
  /** Waits until the row of A is in effect. */
  const reached = async (project: string, day: number): Promise<void> => {
    for (let tries = 0; tries < 300; tries++) {
      if ((await ask(project, ['A'])).forecasts[0]?.cutoffAt === dateOf(day)) return;
      await sleep(100);
    }
    assert.fail(`the row of day ${day} did not take effect`);
  };

  const ways: Readonly<Record<string, (project: string, day: number) => Promise<unknown>>> = {
    http: (project, day) => post(`${project}/observations`, [{ item: 'A', date: dateOf(day), units: 201 }]),
    file: async (project, day) => {
      const path = `${project}-${day}.csv`;
      await writeFile(join(folder, path), `item,date,units\nA,${dateOf(day)},201\n`);
      return commandJson(folder, 'ingest', path, '--project', project);
    },
    nats: async (project, day) => {
      const nc = await connect({ servers: broker?.url ?? '' });
      const row = { item: 'A', date: dateOf(day), units: 201 };
      await jetstream(nc).publish(`sales.${project}`, JSON.stringify(row));
      await nc.close();
    },
  };

  for (const [w, [way, send]] of Object.entries(ways).entries())
    for (const project of ['zero', 'missing'])
      test(`by ${way} leaves the forecasts of the others as they were: gaps ${project}`, {
        skip: way === 'nats' && noNatsServer,
      }, async () => {
        const before = (await ask(project, others)).forecasts;
        await send(project, days + w);
        await reached(project, days + w);
        const afterwards = (await ask(project, others)).forecasts;
        // Ids included: nothing of them was so much as computed again.
        assert.deepEqual(afterwards, before);
        assert.ok(
          before.every(({ cutoffAt, steps }) => cutoffAt === dateOf(days - 1) && (steps[0]?.mean ?? 0) > 60),
        );
      });

  test('and once the sender says that the day is over, they follow: zero or unknown, by the gap rule', async () => {
    for (const project of ['zero', 'missing']) {
      const before = await ask(project, others);
      await post(`${project}/observations?closedThrough=${dateOf(days + 2)}`, []);
      const closed = await ask(project, others);
      assert.equal(closed.cutoffAt, dateOf(days + 2));
      for (const [i, { series, cutoffAt, steps }] of closed.forecasts.entries()) {
        // What was said before of the same day: days of a week differ.
        const old =
          before.forecasts[i]?.steps.find(({ timestamp }) => timestamp === dateOf(days + 3))?.mean ?? 0;
        const mean = steps[0]?.mean ?? 0;
        assert.deepEqual([cutoffAt, steps[0]?.timestamp], [dateOf(days + 2), dateOf(days + 3)], series);
        if (project === 'zero') assert.ok(mean < old, `${series}: ${mean} after ${old}`);
        else assert.ok(Math.abs(mean - old) < 1e-9, `${series}: ${mean} after ${old}`);
      }
    }
  });
});
