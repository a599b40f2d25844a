// Rules and dashboards ask for figures that a scrape has, by labels that these have.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { dashboards } from '../../scripts/monitoring/dashboards.ts';
import { ruleGroups } from '../../scripts/monitoring/rules.ts';
import { type EdgeState, Metrics } from '../../src/interfaces/http/metrics.ts';
import { alone, type HttpOptions } from '../../src/interfaces/http/services.ts';

interface Known {
  readonly name: string;
  readonly type: string;
  readonly labelNames?: readonly string[];
}

// Figures are collected at a scrape only: what they are read from need not be there for their names.
const services = { projects: { onChange: () => {} }, others: alone };
const options = { settings: { processMetrics: true }, log: { linesLost: () => 0 }, services };
const metrics = new Metrics(options as unknown as HttpOptions, {} as EdgeState);
after(() => metrics.registry.clear());

const rules = ruleGroups.flatMap((group) => group.rules);
/** Labels by metric; undefined = any, as of what Prometheus makes itself. */
const labels = new Map<string, readonly string[] | undefined>([['up', undefined]]);
for (const { name, type, labelNames = [] } of metrics.registry.getMetricsAsArray() as unknown as Known[]) {
  labels.set(name, labelNames);
  if (type !== 'histogram') continue;
  for (const part of ['bucket', 'count', 'sum']) labels.set(`${name}_${part}`, [...labelNames, 'le']);
}
for (const { record } of rules) if (record !== undefined) labels.set(record, undefined);

/** Metrics of an expression, with the labels that it selects by. */
function selectorsOf(expr: string): { name: string; by: string[] }[] {
  return [...expr.matchAll(/\b(?:almanac|process|nodejs|up)[a-z0-9_:]*(?:\{([^}]*)\})?/g)].map(
    ([text, inside]) => ({
      name: text.replace(/\{.*$/, ''),
      by: [...(inside ?? '').matchAll(/([a-z_]+)\s*=?[~=]/g)].map(([, label]) => label as string),
    }),
  );
}

const asked = [
  ...rules.map(({ expr, record, alert }) => ({ where: record ?? alert ?? '', expr })),
  ...dashboards.flatMap(({ uid, panels }) =>
    panels.flatMap(({ title, queries }) => queries.map(({ expr }) => ({ where: `${uid}, ${title}`, expr }))),
  ),
];

for (const { where, expr } of asked) {
  test(`${where}: asks for figures that there are`, () => {
    const selectors = selectorsOf(expr);
    assert.ok(selectors.length > 0, expr);
    for (const { name, by } of selectors) {
      assert.ok(labels.has(name), `no metric ${name}`);
      for (const label of by) {
        const known = labels.get(name);
        assert.ok(known === undefined || known.includes(label), `${name} has no label ${label}`);
      }
    }
  });
}

test('an alert says how urgent it is, what it is about, and where to read on', () => {
  for (const { alert, severity, summary, runbook } of rules) {
    if (alert === undefined) continue;
    assert.ok(
      severity !== undefined && (summary ?? '').length > 20 && (runbook ?? '').startsWith('docs/'),
      alert,
    );
  }
});
