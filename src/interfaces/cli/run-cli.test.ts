import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError } from '../../core/index.ts';
import { allCommands } from './catalog.ts';
import { runCommand as run } from './testing.ts';

const twoProjects = '{"projects": {"shop": {}, "depot": {}}}';

describe('runCli', () => {
  it('ends with 2 and the help when called with nothing, 0 when asked for it', async () => {
    const empty = await run([]);
    assert.equal(empty.code, 2);
    assert.equal(empty.out, '');
    assert.match(empty.err, /Usage: almanac/);
    const asked = await run(['--help']);
    assert.equal(asked.code, 0);
    assert.equal(asked.err, '');
    assert.match(asked.out, /--limits-body-megabytes/);
    assert.equal((await run(['--version'])).out, '1.2.3\n');
  });

  it('gives every command a help with an example and --json', async () => {
    for (const spec of await allCommands()) {
      const { code, out } = await run([...spec.name.split(' '), '--help']);
      assert.equal(code, 0, spec.name);
      assert.match(out, /\$ almanac /, spec.name);
      assert.match(out, /--json/, spec.name);
    }
  });

  it('ends with 2 for unknown commands, options, arguments and bad values, and says what was meant', async () => {
    for (const argv of [
      ['upp'],
      ['up', '--prot', '1'],
      ['ingest'],
      ['models', '--limit', 'x'],
      ['up', 'extra'],
    ])
      assert.equal((await run(argv)).code, 2, argv.join(' '));
    assert.match((await run(['up', '--prot', '1'])).err, /did you mean --port\?/);
    const flag = await run(['config', 'show', '--port', 'x']);
    assert.equal(flag.code, 2);
    assert.match(flag.err, /--port: is "x"; expected a whole number/);
  });

  it('prints errors as message, hint and code, without a stack', async () => {
    const openError = new AppError('store/unavailable', 'the data folder cannot be opened');
    const { code, out, err } = await run(['models'], { config: '{"projects":{"shop":{}}}', openError });
    assert.equal(code, 1);
    assert.equal(out, '');
    assert.match(err, /^error: the data folder cannot be opened\nhint: .+\ncode: store\/unavailable\n$/);
    const debugged = await run(['models', '--debug'], { config: '{"projects":{"shop":{}}}', openError });
    assert.match(debugged.err, /at /);
  });

  it('says in words what the system refused', async () => {
    const openError = Object.assign(new Error('EACCES: permission denied'), {
      code: 'EACCES',
      syscall: 'mkdir',
      path: '/root/x',
    });
    const refused = await run(['models'], { config: '{"projects":{"shop":{}}}', openError });
    assert.match(refused.err, /the system refused mkdir \/root\/x.*\nhint: .*\ncode: cli\/system/);
  });

  it('prints one JSON value and nothing else with --json', async () => {
    const { code, out } = await run(['config', 'show', '--json'], { env: { ALMANAC_PROT: '1' } });
    assert.equal(code, 0);
    assert.equal(out.trimEnd().split('\n').length, 1);
    assert.ok(Array.isArray((JSON.parse(out) as { settings: unknown }).settings));
  });

  it('writes no colours to what is no terminal, and none under NO_COLOR', async () => {
    const plain = await run(['doctor']);
    assert.ok(!plain.out.includes('\u001b['));
    assert.ok((await run(['doctor'], { env: { FORCE_COLOR: '1' } })).out.includes('\u001b['));
    const both = await run(['doctor'], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } });
    assert.ok(!both.out.includes('\u001b['));
  });

  it('works on the only project, and asks for a name when there are several', async () => {
    const registry = { list: () => Promise.resolve([]), aliases: () => Promise.resolve([]) };
    const services = { registry, models: { list: () => Promise.resolve([]) } };
    assert.equal((await run(['models'], { config: '{"projects":{"shop":{}}}', services })).code, 0);
    const several = await run(['models'], { config: twoProjects, services });
    assert.equal(several.code, 2);
    assert.match(several.err, /add --project: shop, depot/);
    assert.equal((await run(['models', '-p', 'depot'], { config: twoProjects, services })).code, 0);
    assert.equal((await run(['models', '-p', 'attic'], { config: twoProjects, services })).code, 2);
    assert.match((await run(['models'], { services })).err, /almanac init FILE/);
  });

  it('says of a file taken in before why nothing changed, and how to take it in again', async () => {
    const rows = {
      rowsAccepted: 2,
      rowsPlanned: 0,
      rowsDescribed: 0,
      rowsDuplicate: 0,
      rowsReplaced: 0,
      rowsAdded: 0,
    };
    const batch = { id: 'bat_1', ...rows, periodMin: null, periodMax: null };
    const outcome = {
      batch: { ...batch, quarantinedByCode: {} },
      replayed: true,
      problems: [],
      failedChecks: [],
    };
    const services = { data: { ingestFile: () => Promise.resolve(outcome) } };
    const config = '{"projects":{"shop":{}}}';
    const byContent = await run(['ingest', 'a.csv'], { config, services });
    assert.equal(byContent.code, 0);
    assert.match(
      byContent.out,
      /a file with this content was taken in before, as batch bat_1: nothing changed/,
    );
    assert.match(byContent.out, /--key with a text not used before/);
    const byKey = await run(['ingest', 'a.csv', '--key', 'monday'], { config, services });
    assert.match(byKey.out, /a batch with key "monday" was taken in before/);
  });

  it('takes several files in, and reports those that are refused and those that came before', async () => {
    const none = { rowsPlanned: 0, rowsDescribed: 0, rowsDuplicate: 0, rowsReplaced: 0, rowsAdded: 0 };
    const batch = { id: 'bat_1', ...none, rowsQuarantined: 1, periodMin: null, periodMax: null };
    const services = {
      data: {
        ingestFile: (_: unknown, path: string) =>
          path.endsWith('bad.csv')
            ? Promise.reject(new AppError('data/no-rows', 'bad.csv is empty'))
            : Promise.resolve({
                batch: { ...batch, rowsAccepted: 2, quarantinedByCode: { 'bad-row': 1 } },
                replayed: path.endsWith('b.csv'),
                problems: [],
                failedChecks: [],
              }),
      },
    };
    const config = '{"projects":{"shop":{}}}';
    const { code, out } = await run(['ingest', 'a.csv', 'bad.csv', 'b.csv', '--json'], { config, services });
    const { files, total } = JSON.parse(out) as { files: { error?: { code: string } }[]; total: object };
    assert.equal(code, 1);
    assert.deepEqual(
      files.map(({ error }) => error?.code),
      [undefined, 'data/no-rows', undefined],
    );
    assert.deepEqual(total, { files: 3, refused: 1, replayed: 1, rows: 2, quarantined: 1 });
    const text = await run(['ingest', 'a.csv', 'bad.csv', 'b.csv'], { config, services });
    assert.match(text.out, /bad\.csv: bad\.csv is empty \(data\/no-rows\)/);
    assert.match(
      text.out,
      /3 files: 2 rows taken in; 1 row quarantined, 1 file taken in before, 1 file refused/,
    );
    assert.equal((await run(['ingest', 'a.csv', 'b.csv', '--key', 'x'], { config, services })).code, 2);
  });

  it('backtests as a job, with the flags as its input, and prints the figures of its run', async () => {
    const asked: unknown[] = [];
    const metrics = { smape: 1, mase: 1, rmsse: 1, wape: 0.25, bias: 0, spl: 1, coverage: {}, counts: {} };
    const valueAdded = { count: 3, p10: 0, median: 0.125, p90: 0.5, positive: 1 };
    const selected = { metrics, seconds: 1, cpuSeconds: 1, chosen: { model: { ses: 3 } }, valueAdded };
    const report = { models: [], selected, series: 3, rows: 9, horizon: 7, seasons: [7], maseSeason: 7 };
    let state = 'done';
    const services = {
      jobs: {
        start: () => {},
        enqueue: (...job: unknown[]) => {
          asked.push(job);
          return Promise.resolve({ job: { id: 'job_1', project: 'shop' }, created: false });
        },
        waitFor: () =>
          Promise.resolve({ id: 'job_1', state, error: 'no data', results: { score: { runId: 'run_1' } } }),
      },
      tracking: {
        loadArtifact: (id: string, name: string) => {
          asked.push([id, name]);
          return Promise.resolve(new TextEncoder().encode(JSON.stringify({ ...report, notes: [] })));
        },
      },
    };
    const config = '{"projects":{"shop":{}}}';
    const done = await run(['backtest', '--folds', '2', '--models', 'ses,ets'], { config, services });
    assert.equal(done.code, 0, done.err);
    assert.match(done.err, /a backtest of shop is under way already: watching it/);
    assert.match(done.out, /25\.0 %.*recorded as run run_1/s);
    assert.match(done.out, /FVA over seasonal naive: median 12\.5 %, above zero for 100\.0 % of 3 windows/);
    const input = { folds: 2, models: ['ses', 'ets'] };
    const [[, , { reason }]] = asked as [[string, string, { reason: string }]];
    assert.match(reason, /^asked for by cli /);
    assert.deepEqual(asked, [
      [
        'backtest',
        'shop',
        { ...input, trigger: 'cli', reason },
        { singleFlightKey: `backtest:shop:${JSON.stringify(input)}` },
      ],
      ['run_1', 'evaluation'],
    ]);
    state = 'failed';
    const failed = await run(['backtest'], { config, services });
    assert.equal(failed.code, 1);
    assert.match(failed.err, /backtest job_1 is failed: no data/);
    assert.equal((await run(['backtest', '--models', 'oracle'], { config, services })).code, 1);
    assert.equal(asked.length, 3, 'a model that does not exist is refused before any job');
  });

  it('closes what it opened, also when the command fails', async () => {
    const registry = { list: () => Promise.reject(new Error('boom')), aliases: () => Promise.resolve([]) };
    const services = { registry, models: { list: () => Promise.resolve([]) } };
    const outcome = await run(['models'], { config: '{"projects":{"shop":{}}}', services });
    assert.equal(outcome.code, 1);
    assert.match(outcome.err, /^error: boom\nhint: this looks like a bug/);
    assert.equal(outcome.closed, true);
  });

  it('lets up run until Ctrl-C and end in order, with 0', async () => {
    let stop = (): void => {};
    const services = {
      listen: () => {
        setImmediate(() => stop());
        return Promise.resolve({ url: 'http://127.0.0.1:1' });
      },
    };
    const outcome = await run(['up', '--json'], {
      services,
      interrupt: (handler) => {
        stop = handler;
      },
    });
    assert.equal(outcome.code, 0);
    assert.equal((JSON.parse(outcome.out) as { url: string }).url, 'http://127.0.0.1:1');
    assert.equal(outcome.closed, true);
  });

  it('gives up other commands on Ctrl-C with 130', async () => {
    const never = new Promise<never>(() => {});
    const outcome = await run(['models'], {
      config: '{"projects":{"shop":{}}}',
      services: { registry: { list: () => never, aliases: () => never } },
      interrupt: (stop) => setImmediate(stop),
    });
    assert.equal(outcome.code, 130);
  });
});
