// The detectors of samples beside scipy and statsmodels, on samples of our own: every figure within the tolerance of its kind.
// The values are those that bench/peers/drift_golden.py printed; the fixture names the versions.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { agrees, type ReferenceCase, referenceChecks } from './drift-reference-checks.ts';
import { type SampleSpec, sampleFrom } from './drift-reference-samples.ts';
import { togetherChecks } from './drift-together-checks.ts';

const golden = JSON.parse(
  readFileSync(new URL('../fixtures/drift-golden.json', import.meta.url), 'utf8'),
) as {
  readonly by: { readonly scipy: string };
  readonly generator_probe: readonly { spec: SampleSpec; first3: readonly number[]; sum: number }[];
  readonly cases: readonly ReferenceCase[];
};

test('the small generators make the same numbers in both languages', () => {
  for (const { spec, first3, sum } of golden.generator_probe) {
    const found = sampleFrom(spec);
    assert.deepEqual(found.slice(0, 3), first3);
    assert.ok(Math.abs(found.reduce((total, value) => total + value, 0) - sum) < 1e-9);
  }
});

for (const one of golden.cases) {
  test(`${one.kind} ${one.id}: every figure is that of scipy ${golden.by.scipy}`, () => {
    const figures = (referenceChecks[one.kind] ?? togetherChecks[one.kind])?.(one) ?? [];
    assert.ok(figures.length > 0);
    assert.deepEqual(
      figures.filter((figure) => !agrees(figure)),
      [],
    );
  });
}
