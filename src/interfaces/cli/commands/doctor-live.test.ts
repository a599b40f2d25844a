import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HttpWorld } from '../../../../test/fixtures/http-world.ts';
import { kpiNames } from '../../../services/kpis/index.ts';
import type { Kpis } from '../../client/index.ts';
import { runCommand } from '../testing.ts';

describe('doctor --live', () => {
  it('prints every figure of a running server, and ends with 1 when one is out of its bound', async () => {
    const world = await HttpWorld.open();
    await world.observe(['a', -1, 5]);
    const url = await world.app.listen({ host: '127.0.0.1', port: 0 });
    const well = await runCommand(['doctor', '--live', '--url', url]);
    for (const name of kpiNames) assert.ok(well.out.includes(name), name);
    assert.match(well.out, /objective: 99\.900 % of forecast requests succeed/);
    assert.match(well.out, /availability .* ≥ 99\.90 % .* no forecast request came in the window/);
    world.serving.answer = () => Promise.reject(new Error('broken'));
    const headers = { 'content-type': 'application/json' };
    await fetch(`${url}/v1/projects/shop/forecast`, { method: 'POST', body: '{}', headers });
    const ill = await runCommand(['doctor', '--live', '--url', url, '--json']);
    assert.equal(ill.code, 1);
    const { ok, figures } = JSON.parse(ill.out) as Kpis & { ok: boolean };
    assert.equal(ok, false);
    assert.equal(figures.availability.within, false);
    assert.match((await runCommand(['doctor', '--live', '--url', url])).out, /availability +OUT/);
    await world.close();
  });

  it('says that nobody answers there', async () => {
    const { code, err } = await runCommand(['doctor', '--live', '--url', 'http://127.0.0.1:1']);
    assert.equal(code, 1);
    assert.match(err, /code: cli\/unreachable/);
    assert.equal((await runCommand(['doctor', '--minutes', '5'])).code, 2);
  });
});
