import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { AppError, type Dialect, defaultDialect } from '../../core/index.ts';
import type { Config } from './config.ts';
import { loadConfig } from './load.ts';
import { configRows } from './show.ts';

async function inFolder(files: Record<string, string>, run: (cwd: string) => Promise<void>): Promise<void> {
  const cwd = await mkdtemp(join(tmpdir(), 'almanac-config-'));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text);
    await run(cwd);
  } finally {
    await rm(cwd, { recursive: true });
  }
}

async function messageOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof AppError);
    assert.match(error.code, /^config\/(invalid|unreadable)$/);
    return error.message;
  }
  throw new Error('expected a refusal');
}

describe('loadConfig', () => {
  it('takes groupings for totals by columns that name or describe the series, and no others', async () => {
    const load = async (hierarchy: string[]): Promise<readonly string[] | undefined> => {
      const columns = { series: ['state', 'store'], static: ['category'] };
      const user = { projects: { shop: { columns, hierarchy } } };
      let found: readonly string[] | undefined;
      await inFolder({ 'almanac.config.json': JSON.stringify(user) }, async (cwd) => {
        const { config } = await loadConfig({ env: {}, flags: {}, cwd });
        found = config.projects[0]?.hierarchy;
      });
      return found;
    };
    assert.deepEqual(await load(['state/store*category']), ['state/store*category']);
    assert.match(await messageOf(load(['state*region'])), /hierarchy names "region" in "state\*region"/);
    assert.match(await messageOf(load(['state//store'])), /hierarchy names ""/);
  });

  it('takes how data is written, completes it, and says which parts contradict each other', async () => {
    const load = async (dialect: object): Promise<Dialect | undefined> => {
      let found: Dialect | undefined;
      const user = { projects: { shop: { dialect } } };
      await inFolder({ 'almanac.config.json': JSON.stringify(user) }, async (cwd) => {
        found = (await loadConfig({ env: {}, flags: {}, cwd })).config.projects[0]?.dialect;
      });
      return found;
    };
    const said = { decimal: ',', thousands: '.', dateFormat: 'dd.MM.yyyy', numberForms: ['percent'] };
    assert.deepEqual(await load(said), { ...defaultDialect, ...said });
    for (const [wrong, message] of [
      [{ decimal: ',', thousands: ',' }, /dialect\.thousands is ",", which is the decimal mark/],
      [{ thousands: '.' }, /dialect\.thousands is ".", which is the decimal mark; name both/],
      [{ delimiter: '"' }, /dialect\.delimiter is "\\""/],
      [{ delimiter: ';;' }, /dialect\.delimiter is ";;"; expected one character, or null/],
      [{ leaveOut: [{ column: 'item' }] }, /dialect\.leaveOut\.0 needs exactly one of equals/],
      [{ trueWords: ['Ja'], falseWords: ['ja'] }, /dialect\.falseWords holds "ja"/],
      [{ dateFormat: 'dd.MM' }, /dialect\.dateFormat "dd\.MM" has no year/],
      [{ dateFormat: 'dd.MM.yy' }, /has a year of two digits: say in shortYearsFrom/],
      [{ decimals: ',' }, /dialect\.decimals is not a setting; did you mean/],
    ] as const)
      assert.match(await messageOf(load(wrong)), message);
  });

  it('takes what begins trainings, and refuses what says nothing of its event', async () => {
    const load = async (retrainOn: object[]): Promise<unknown> => {
      let found: unknown;
      const user = { projects: { shop: { retrainOn } } };
      await inFolder({ 'almanac.config.json': JSON.stringify(user) }, async (cwd) => {
        found = (await loadConfig({ env: {}, flags: {}, cwd })).config.projects[0]?.retrainOn;
      });
      return found;
    };
    const said = [
      { event: 'withdrawal', rowsMin: 9 },
      { event: 'refusal', afterPeriods: 3, pipeline: 'search' },
    ];
    assert.deepEqual(await load(said), said);
    for (const [wrong, message] of [
      [
        { event: 'settings', rowsMin: 9 },
        /retrainOn\.0\.rowsMin says nothing of settings; it belongs to withdr/,
      ],
      [{ event: 'drift' }, /retrainOn\.0\.event is "drift"; expected/],
    ] as const)
      assert.match(await messageOf(load([wrong])), message);
    assert.match(await messageOf(load([{ event: 'settings' }, { event: 'settings' }])), /each event once/);
  });

  it('takes working days and fiscal years, and says where they make no sense', async () => {
    const load = async (project: object): Promise<Config['projects'][number] | undefined> => {
      let found: Config['projects'][number] | undefined;
      const user = { projects: { shop: project } };
      await inFolder({ 'almanac.config.json': JSON.stringify(user) }, async (cwd) => {
        found = (await loadConfig({ env: {}, flags: {}, cwd })).config.projects[0];
      });
      return found;
    };
    const daily = await load({ workdays: [1, 2, 3, 4, 5] });
    assert.deepEqual([daily?.grid.workdays, daily?.seasons], [[1, 2, 3, 4, 5], [5]]);
    const fiscal = await load({ frequency: 'month', fiscalYear: { endMonth: 1 } });
    assert.deepEqual(fiscal?.grid.fiscalYear, { weeks: '4-4-5', endMonth: 1, endWeekday: 6, ends: 'last' });
    for (const [wrong, message] of [
      [{ frequency: 'week', workdays: [1] }, /shop\.workdays is for frequency day, not week/],
      [{ workdays: [1, 1] }, /shop\.workdays names a day twice/],
      [{ fiscalYear: {} }, /shop\.fiscalYear is for frequency month, quarter or year, not day/],
      [{ frequency: 'month', fiscalYear: { weeks: '4-4-4' } }, /fiscalYear\.weeks is "4-4-4"/],
    ] as const)
      assert.match(await messageOf(load(wrong)), message);
  });

  it('takes streams, completes them, and prints no secret of theirs', () => {
    const user = {
      projects: { shop: {} },
      streams: {
        sales: {
          kind: 'nats',
          url: 'nats://broker:4222',
          stream: 'SALES',
          user: 'till',
          password: 'sesame',
          caFile: 'ca.pem',
        },
      },
    };
    return inFolder({ 'almanac.config.json': JSON.stringify(user) }, async (cwd) => {
      const loaded = await loadConfig({ env: {}, flags: {}, cwd });
      assert.deepEqual(loaded.config.streams, [
        {
          name: 'sales',
          kind: 'nats',
          url: 'nats://broker:4222',
          stream: 'SALES',
          user: 'till',
          password: 'sesame',
          project: 'shop',
          role: 'observations',
          mechanism: 'PLAIN',
          tls: false,
          caFile: join(cwd, 'ca.pem'),
        },
      ]);
      const rows = configRows(loaded);
      assert.equal(rows.find(({ setting }) => setting === 'streams.sales.user')?.value, 'till');
      assert.equal(rows.find(({ setting }) => setting === 'streams.sales.password')?.value, '•••');
      assert.doesNotMatch(JSON.stringify(rows), /sesame/);
    });
  });

  it('takes sources, completes them, and says what is wrong with one', async () => {
    const plain = {
      kind: 'postgres',
      url: 'postgres://db/erp',
      user: 'reader',
      query: 'select 1',
      watermark: 'at',
      key: ['id'],
    };
    const load = async (change: object): Promise<unknown> => {
      let found: unknown;
      const user = { projects: { shop: {} }, sources: { orders: { ...plain, ...change } } };
      await inFolder({ 'almanac.config.json': JSON.stringify(user) }, async (cwd) => {
        found = (await loadConfig({ env: {}, flags: {}, cwd })).config.sources[0];
      });
      return found;
    };
    assert.deepEqual(await load({ passwordVariable: 'ERP' }), {
      ...plain,
      name: 'orders',
      project: 'shop',
      passwordVariable: 'ERP',
      schedule: '*/5 * * * *',
      tls: false,
      lateMinutes: 60,
      lateCount: 1000,
      statementSeconds: 300,
    });
    for (const [wrong, message] of [
      [{ key: [] }, /orders\.key is \[\]/],
      [{ key: ['id', 'id'] }, /orders\.key names a column twice/],
      [{ query: undefined }, /orders\.query is not given/],
      [{ query: 'select 1; drop table x' }, /orders\.query holds a semicolon and more/],
      [{ url: 'postgres://me:sesame@db/erp' }, /orders\.url holds a user/],
      [{ url: 'db' }, /orders\.url is no address/],
      [{ passwordVariable: 'my password' }, /orders\.passwordVariable is/],
      [{ project: 'Store A' }, /orders\.project is "Store A"/],
      [{ bucket: 'b' }, /orders\.bucket is given; expected only with kind s3/],
      [{ kind: 's3', url: 'https://store' }, /orders\.passwordVariable is not given; expected with kind s3/],
    ] as const) {
      const text = await messageOf(load(wrong));
      assert.match(text, message);
      assert.doesNotMatch(text, /sesame/);
    }
  });

  it('says what is wrong with a stream, and tells no secret in doing so', async () => {
    const plain = { kind: 'nats', url: 'nats://broker:4222', stream: 'S' };
    const refusal = async (stream: object, projects: object = { shop: {} }): Promise<string> => {
      let message = '';
      const user = { projects, streams: { sales: { ...plain, ...stream } } };
      await inFolder({ 'almanac.config.json': JSON.stringify(user) }, async (cwd) => {
        message = await messageOf(loadConfig({ env: {}, flags: {}, cwd }));
      });
      return message;
    };
    assert.match(
      await refusal({ project: 'Store A' }),
      /streams\.sales\.project is "Store A"; expected the name of a project/,
    );
    assert.match(
      await refusal({}, { shop: {}, store: {} }),
      /project is not given; expected one of shop, store/,
    );
    assert.match(await refusal({ role: 'forecasts' }), /answers is not given/);
    assert.match(
      await refusal({ kind: 'kafka', token: 'x' }),
      /token is given; expected only with kind nats/,
    );
    const urls = await refusal({ url: 'nats://till:sesame@broker' });
    assert.match(urls, /url holds a user/);
    assert.doesNotMatch(urls, /sesame/);
    assert.doesNotMatch(await refusal({ password: ['sesame'] }), /sesame/);
  });

  it('works with no file, no variables and no flags', () =>
    inFolder({}, async (cwd) => {
      const { config, file, origins } = await loadConfig({ env: {}, flags: {}, cwd });
      assert.equal(file, null);
      assert.equal(config.port, 7400);
      assert.equal(config.dataFolder, join(cwd, '.almanac'));
      assert.deepEqual(config.projects, []);
      assert.equal(origins.size, 0);
    }));

  it('lets flags win over variables, variables over the file, the file over defaults', () =>
    inFolder(
      { 'almanac.config.json': '{"port": 1, "host": "file", "logLevel": "warn", "dataFolder": "kept"}' },
      async (cwd) => {
        const { config, origins } = await loadConfig({
          env: { ALMANAC_PORT: '2', ALMANAC_HOST: 'variable', PORT: '9' },
          flags: { port: '3' },
          cwd,
        });
        assert.deepEqual([config.port, config.host, config.logLevel], [3, 'variable', 'warn']);
        assert.equal(config.dataFolder, join(cwd, 'kept'));
        assert.deepEqual(origins.get('port'), { kind: 'flag', name: '--port' });
        assert.deepEqual(origins.get('host'), { kind: 'environment', name: 'ALMANAC_HOST' });
        assert.equal(origins.get('logLevel')?.kind, 'file');
        assert.equal(origins.get('limits.bodyMegabytes'), undefined);
      },
    ));

  it('understands PORT as hosting platforms set it, and nested settings', () =>
    inFolder({}, async (cwd) => {
      const env = { PORT: '8080', ALMANAC_LIMITS_BODY_MEGABYTES: '5', ALMANAC_HOST: '' };
      const { config } = await loadConfig({ env, flags: { limitsMemoryMegabytes: '512' }, cwd });
      assert.deepEqual(
        [config.port, config.host, config.limits.bodyMegabytes, config.limits.memoryMegabytes],
        [8080, '127.0.0.1', 5, 512],
      );
    }));

  it("runs a TypeScript file that imports from 'almanac', in any folder", () =>
    inFolder(
      {
        'almanac.config.ts': `import { defineConfig } from 'almanac'
          const horizonSteps: number = 14
          export default defineConfig({ projects: { shop: { frequency: 'day', horizonSteps } } })`,
      },
      async (cwd) => {
        const { projects, file } = await loadConfig({ env: {}, flags: {}, cwd });
        assert.equal(file, join(cwd, 'almanac.config.ts'));
        assert.equal(projects[0]?.name, 'shop');
        assert.equal(projects[0]?.horizonSteps, 14);
        assert.deepEqual(projects[0]?.seasons, [7]);
        assert.deepEqual(projects[0]?.columns, { series: ['series'], time: 'timestamp', target: 'value' });
      },
    ));

  const asModule =
    "import { defineConfig } from 'almanac';\n// why\nexport default defineConfig({ projects: { shop: {} } });\n";
  const asScript =
    "const { defineConfig } = require('almanac');\nmodule.exports = defineConfig({ projects: { shop: {} } });\n";
  for (const type of ['commonjs', 'module', undefined])
    it(`reads what init writes beside a package.json of type ${type}`, () =>
      inFolder(
        {
          'package.json': JSON.stringify({ name: 'app', type }),
          'almanac.config.ts':
            "import { shop } from './shared.ts';\nexport default { projects: { shop } };\n",
          'shared.ts':
            "import { defineConfig } from 'almanac';\nexport const shop: object = defineConfig({ projects: { shop: {} } }).projects?.shop ?? {};\n",
          ...Object.fromEntries(['mts', 'js', 'mjs'].map((ending) => [`as-module.${ending}`, asModule])),
          ...Object.fromEntries(['cts', 'cjs'].map((ending) => [`as-script.${ending}`, asScript])),
        },
        async (cwd) => {
          const files = [
            'almanac.config.ts',
            'as-module.mts',
            'as-module.js',
            'as-module.mjs',
            'as-script.cts',
            'as-script.cjs',
          ];
          for (const file of files) {
            const { projects } = await loadConfig({ file, env: {}, flags: {}, cwd });
            assert.deepEqual(
              projects.map(({ name }) => name),
              ['shop'],
              file,
            );
          }
        },
      ));

  it('goes on reading a TypeScript file that is written for CommonJS', () =>
    inFolder(
      { 'package.json': '{"type": "commonjs"}', 'a.ts': `// export default\n${asScript}` },
      async (cwd) => {
        const { projects } = await loadConfig({ file: 'a.ts', env: {}, flags: {}, cwd });
        assert.equal(projects.length, 1);
      },
    ));

  it('gives a frozen configuration', () =>
    inFolder({ 'almanac.config.json': '{"projects": {"a": {}}}' }, async (cwd) => {
      const { config } = await loadConfig({ env: {}, flags: {}, cwd });
      assert.ok(Object.isFrozen(config) && Object.isFrozen(config.limits));
      assert.ok(Object.isFrozen(config.projects[0]?.levels));
    }));

  it('names file, path, value and expectation of every problem', () =>
    inFolder(
      {
        'almanac.config.json': JSON.stringify({
          prot: 1,
          threads: 0,
          projects: {
            shop: {
              horizonSteps: 'four',
              frequency: 'fortnight',
              timezone: 'Mars/Olympus',
              levels: [0.9, 0.1],
            },
          },
        }),
      },
      async (cwd) => {
        const message = await messageOf(loadConfig({ env: {}, flags: {}, cwd }));
        for (const part of [
          join(cwd, 'almanac.config.json'),
          'prot is not a setting; did you mean port?',
          'threads is 0; expected a whole number from 1 to 256',
          'projects.shop.horizonSteps is "four"; expected a whole number from 1 to 1000',
          'projects.shop.frequency is "fortnight"; expected one of hour, day',
          'projects.shop.timezone is "Mars/Olympus"; expected an IANA name',
          'projects.shop.levels is [0.9,0.1]; expected ascending numbers',
        ])
          assert.ok(message.includes(part), `${part} is not in\n${message}`);
      },
    ));

  it('names the variable or the flag that is wrong', () =>
    inFolder({}, async (cwd) => {
      assert.equal(
        await messageOf(loadConfig({ env: { ALMANAC_PORT: 'seven' }, flags: {}, cwd })),
        'ALMANAC_PORT: is "seven"; expected a whole number from 0 to 65535',
      );
      assert.match(
        await messageOf(loadConfig({ env: {}, flags: { logLevel: 'loud' }, cwd })),
        /^--log-level: is "loud"; expected one of silent/,
      );
    }));

  it('refuses keys that reach for prototypes', () =>
    inFolder(
      { 'almanac.config.json': '{"__proto__": {"port": 1}, "projects": {"__proto__": {"seed": 5}}}' },
      async (cwd) => {
        const message = await messageOf(loadConfig({ env: {}, flags: {}, cwd }));
        assert.match(message, /projects\.__proto__ is not a project name/);
        assert.equal(({} as { port?: number }).port, undefined);
      },
    ));

  it('says when a file cannot be run, exports nothing, or is not there', () =>
    inFolder(
      {
        'package.json': '{"type": "commonjs"}',
        'a.ts': 'export default {\n  port: 1 2 };',
        'b.ts': 'export const a = 1',
        'c.json': '[]',
        'e.json': '{\n  "port": 1,\n}',
        'f.ts': "import { a } from './a.ts';\nexport default a;",
        'g.ts': 'const port = 1;\nexport default { port: prot };',
      },
      async (cwd) => {
        const load = (file: string): Promise<unknown> => loadConfig({ file, env: {}, flags: {}, cwd });
        assert.match(await messageOf(load('a.ts')), /a\.ts:2: cannot be read/);
        assert.match(await messageOf(load('e.json')), /e\.json:3: cannot be read/);
        assert.match(await messageOf(load('f.ts')), /\/a\.ts:2: cannot be read/);
        assert.match(await messageOf(load('g.ts')), /g\.ts:2: cannot be read: prot is not defined$/);
        await assert.rejects(load('a.ts'), { code: 'config/unreadable' });
        assert.match(await messageOf(load('b.ts')), /b\.ts: has no default export/);
        assert.match(await messageOf(load('c.json')), /c\.json: holds \[\]; expected an object/);
        await assert.rejects(load('d.ts'), { code: 'config/not-found' });
      },
    ));

  it('reports variables that look like misspelt settings', () =>
    inFolder({}, async (cwd) => {
      const env = { ALMANAC_PROT: '1', ALMANAC_DATA: '/data', ALMANAC_PORT: '1' };
      const { warnings } = await loadConfig({ env, flags: {}, cwd });
      assert.deepEqual(warnings, [
        'environment variable ALMANAC_PROT is not a setting; did you mean ALMANAC_PORT?',
      ]);
    }));

  it('shows every value with its origin, and secrets as dots', () =>
    inFolder({ 'almanac.config.json': '{"projects": {"shop": {"gaps": "zero"}}}' }, async (cwd) => {
      const loaded = await loadConfig({ env: { ALMANAC_HOST: 'x' }, flags: {}, cwd });
      const rows = configRows(loaded);
      const row = (setting: string): unknown => rows.find((item) => item.setting === setting);
      assert.deepEqual(row('host'), { setting: 'host', value: 'x', origin: 'variable ALMANAC_HOST' });
      assert.deepEqual(row('projects.shop.gaps'), {
        setting: 'projects.shop.gaps',
        value: 'zero',
        origin: join(cwd, 'almanac.config.json'),
      });
      assert.deepEqual(row('projects.shop.frequency'), {
        setting: 'projects.shop.frequency',
        value: 'day',
        origin: 'default',
      });
      const hidden = configRows(loaded, {
        settings: [
          {
            path: ['host'],
            env: '',
            flag: '',
            attribute: '',
            node: {},
            description: '',
            expects: '',
            defaultText: '',
            secret: true,
          },
        ],
      });
      assert.equal(hidden.find((item) => item.setting === 'host')?.value, '•••');
    }));
});
