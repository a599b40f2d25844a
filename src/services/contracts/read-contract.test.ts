import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAppError } from '../../core/index.ts';
import { readContract } from './read-contract.ts';
import { odcsText } from './testing.ts';

const read = (text: string) => readContract(text, { file: 'c.yaml', object: 'shop' });

async function refusal(text: string): Promise<{ code: string; message: string }> {
  try {
    await read(text);
  } catch (error) {
    if (isAppError(error)) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('it was read');
}

const table = odcsText(
  `physicalType: table
properties:
  - name: store
    logicalType: string
    primaryKey: true
    primaryKeyPosition: 1
  - name: day
    logicalType: date
    primaryKey: true
    primaryKeyPosition: 2
    required: true
  - name: units
    physicalName: value
    logicalType: integer
    logicalTypeOptions: { minimum: 0, exclusiveMaximum: 900 }
    quality:
      - metric: nullValues
        mustBeLessOrEqualTo: 5
        unit: percent
        severity: warning
        dimension: completeness
      - type: text
        description: Sold units, returns not taken off.
      - type: sql
        query: SELECT count(*) FROM \${table} WHERE value < 0
        mustBe: 0
      - type: custom
        engine: soda
        implementation: "type: duplicate_percent"
  - name: promo
    quality:
      - metric: invalidValues
        arguments: { validValues: ["yes", "no"] }
        mustBe: 0
quality:
  - metric: rowCount
    mustBeGreaterThan: 100
  - metric: duplicateValues
    arguments: { properties: [store, day] }
    mustBe: 0
  - type: custom
    engine: almanac
    implementation: { check: volume, mustBeBetween: [50, 200] }
  - type: custom
    engine: almanac
    implementation: |
      check: segments
      column: store
      values: [north, south]
      mustBe: 0
`,
  'slaProperties:\n  - { property: latency, value: 2, unit: d }\n  - { property: retention, value: 3, unit: y }\n',
);

test('a contract of the standard becomes checks: columns, quality, service levels', async () => {
  const { id, version, checks, warnings } = await read(table);
  assert.deepEqual([id, version, warnings], ['sales', '1.2.0', []]);
  const lines = checks.map(({ id: name, rule, severity, scope, columns }) =>
    `${name} ${rule.kind} ${severity} ${scope} ${columns.join('+')}`.trim(),
  );
  assert.deepEqual(lines, [
    'store.required nulls error batch store',
    'day.required nulls error batch day',
    'value.integer invalid error batch value',
    'value.range invalid error batch value',
    'value.nullValues nulls warning batch value',
    'value.text unchecked error batch',
    'value.sql unchecked error batch',
    'value.custom unchecked error batch',
    'promo.invalidValues invalid error batch promo',
    'primaryKey duplicates error batch store+day',
    'table.rowCount rows error table',
    'table.duplicateValues duplicates error batch store+day',
    'table.volume volume error table',
    'table.segments segments error table store',
    'sla.latency freshness warning table',
    'sla.retention unchecked warning table',
  ]);
  const latency = checks.find(({ id: name }) => name === 'sla.latency');
  assert.deepEqual(latency?.bound, { operator: 'mustBeLessOrEqualTo', low: 48 });
  const range = checks.find(({ id: name }) => name === 'value.range');
  assert.deepEqual(range?.rule, { kind: 'invalid', value: { minimum: 0, maximum: 900, belowMaximum: true } });
});

test('v3.0 is read too: `rule` for a metric, yes or no for whether a bound belongs to the range', async () => {
  const now = odcsText(
    'quality:\n  - rule: rowCount\n    mustBeGreaterThan: 5\n  - rule: validValues\n    mustBe: 1\n' +
      'properties:\n  - name: value\n    logicalType: number\n    logicalTypeOptions: { maximum: 9, exclusiveMaximum: true }',
  );
  const { checks } = await read(now.replace('v3.1.0', 'v3.0.2'));
  assert.deepEqual(
    checks.map(({ rule }) => rule),
    [
      { kind: 'invalid', value: { maximum: 9, belowMaximum: true } },
      { kind: 'rows' },
      { kind: 'unchecked', why: 'it is written for the rule validValues' },
    ],
  );
});

test('fields that the standard does not have are kept and warned of', async () => {
  const { warnings, checks } = await read(
    odcsText('properties:\n  - name: store\n    colour: red\n    required: true'),
  );
  assert.equal(checks.length, 1);
  assert.match(warnings.join('\n'), /"colour", which the standard does not/);
});

test('what the standard forbids is refused with its place', async () => {
  assert.match((await refusal(table.replace('status: active\n', ''))).message, /status/);
  const bad = await refusal(odcsText('quality:\n  - metric: rowCount\n    mustBe: 1\n    dimension: beauty'));
  assert.equal(bad.code, 'contract/invalid');
  assert.match(bad.message, /quality\.0\.dimension/);
  assert.equal((await refusal(table.replace('v3.1.0', 'v2.2.2'))).code, 'contract/unsupported');
  assert.equal((await refusal('kind: DataContract')).code, 'contract/unsupported');
  assert.equal((await refusal('[1, 2]')).code, 'contract/invalid');
});

test('of several tables the one called as the project is taken', async () => {
  const two = `${odcsText('properties: [{ name: a, required: true }]')}  - name: shop\n    properties: [{ name: b, required: true }]\n`;
  assert.deepEqual(
    (await read(two)).checks.map(({ id }) => id),
    ['b.required'],
  );
  assert.equal((await refusal(two.replace('name: shop', 'name: other'))).code, 'contract/unsupported');
});

test('Table Schema and data packages are imported', async () => {
  const schema = {
    fields: [
      { name: 'store', type: 'string', constraints: { required: true, enum: ['a', 'b'] } },
      { name: 'value', type: 'integer', constraints: { minimum: 0, unique: true, jsonSchema: {} } },
      { name: 'sku', constraints: { pattern: '[A-Z]+' } },
    ],
    primaryKey: ['store'],
    missingValues: ['', 'NA'],
  };
  const alone = await read(JSON.stringify(schema));
  assert.deepEqual(
    alone.checks.map(({ id }) => id),
    [
      'store.required',
      'store.constraints',
      'value.unique',
      'value.constraints',
      'sku.constraints',
      'store.required.2',
      'primaryKey',
    ],
  );
  assert.match(alone.warnings.join(), /jsonSchema/);
  assert.deepEqual(alone.checks[4]?.rule, { kind: 'invalid', value: { pattern: '^(?:[A-Z]+)$' } });
  const packed = await read(
    JSON.stringify({
      name: 'p',
      resources: [
        { name: 'x', schema },
        { name: 'shop', schema },
      ],
    }),
  );
  assert.deepEqual(packed.checks, alone.checks);
});

test('an implementation that is written as text is YAML like any other', async () => {
  const { checks } = await read(
    odcsText(`quality:
  - type: custom
    engine: almanac
    implementation: |
      check: segments
      column: store
      mustBe: 0
      values:
        - north
        - "south: old"
  - { type: custom, engine: almanac, implementation: "check: [", id: broken }
  - { type: custom, engine: almanac, implementation: "rowCount", id: words }`),
  );
  assert.deepEqual(checks[0]?.rule, { kind: 'segments', values: ['north', 'south: old'] });
  const why = checks.slice(1).map(({ rule }) => (rule.kind === 'unchecked' ? rule.why : ''));
  assert.match(why[0] ?? '', /^its implementation cannot be read: /);
  assert.equal(why[1], 'its implementation has no fields');
});

test('what a contract asks and nobody looks at stays in the list', async () => {
  const { checks, warnings } = await read(
    odcsText(`properties:
  - name: id
    logicalType: string
    logicalTypeOptions: { format: uuid }
  - name: mail
    logicalType: string
    logicalTypeOptions: { format: email }
    relationships: [{ to: people.mail }]
  - name: units
    logicalType: integer
    logicalTypeOptions: { format: u8 }
  - { name: open, logicalType: boolean }
  - name: parts
    logicalType: array
    logicalTypeOptions: { minItems: 1 }
    items: { logicalType: string }
  - name: place
    logicalType: object
    properties: [{ name: street, logicalType: string, required: true }]`),
  );
  assert.deepEqual(warnings, []);
  assert.deepEqual(
    checks.map(({ id, rule }) => `${id} ${rule.kind}`),
    [
      'id.format invalid',
      'mail.format unchecked',
      'mail.relationships unchecked',
      'units.integer invalid',
      'units.format unchecked',
      'open.boolean unchecked',
      'parts.array unchecked',
      'parts.minItems unchecked',
      'place.object unchecked',
    ],
  );
});

test('patterns that could run for ever are not tried', async () => {
  const { checks } = await read(
    odcsText("properties:\n  - name: a\n    logicalTypeOptions: { pattern: '(a+)+$' }"),
  );
  assert.equal(checks[0]?.rule.kind, 'unchecked');
});

test('hostile YAML is refused within bounds', async () => {
  const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]'];
  for (let i = 1; i < 10; i++)
    bomb.push(
      `k${i}: &k${i} [${Array(9)
        .fill(i === 1 ? '*a' : `*k${i - 1}`)
        .join(',')}]`,
    );
  const cases: readonly [string, RegExp][] = [
    [bomb.join('\n'), /alias/i],
    [`a: ${'['.repeat(100_000)}`, /nested deeper/],
    [Array.from({ length: 200 }, (_, i) => `${' '.repeat(i)}k:`).join('\n'), /nested deeper/],
    [`${'- '.repeat(5000)}x`, /nested deeper/],
    [`a: 1\nb: 2\na: 3`, /c\.yaml:3: the key "a" is there twice/],
    ['a: 1\nb: { x: 1,\n  "x": 2 }', /c\.yaml:3: the key "x"/],
    ['1: a\n"1": b', /c\.yaml:2: the key "1"/],
    [Array.from({ length: 60_000 }, (_, i) => `k${i}: 1`).join('\n'), /no version/],
    ['x'.repeat(2 * 1024 * 1024), /larger than/],
    ['a: 1\n---\nb: 2', /more than one document/],
    ['', /empty/],
    ['a: "open', /c\.yaml:1/],
    ['a: !!js/function "() => 1"', /contract|tag|version/],
  ];
  const started = process.hrtime.bigint();
  for (const [text, reason] of cases) {
    const { code, message } = await refusal(text);
    assert.match(code, /^contract\//);
    assert.match(message, reason);
  }
  assert.ok(process.hrtime.bigint() - started < 15_000_000_000n, 'soon');
});

test('keys of a contract reach no prototype', async () => {
  await refusal('__proto__: { polluted: yes }\nkind: DataContract');
  assert.equal(({} as { polluted?: unknown }).polluted, undefined);
});
