// Question: do our detectors of drift and our tests of trials give every figure of a file of cases by scipy and statsmodels, within its
// tolerances?
// Reads drift_examples.json from ALMANAC_REFERENCE (default ../shared/reference; a folder, or a file of the same form).

import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { agrees, type ReferenceCase, referenceChecks } from '../test/conformance/drift-reference-checks.ts';
import { type SampleSpec, sampleFrom } from '../test/conformance/drift-reference-samples.ts';
import { togetherChecks } from '../test/conformance/drift-together-checks.ts';
import { streamReferenceChecks } from '../test/conformance/stream-reference-checks.ts';
import { trialReferenceChecks } from '../test/conformance/trial-reference-checks.ts';

interface ReferenceFile {
  readonly by: Readonly<Record<string, string>>;
  readonly generator_probe: readonly { spec: SampleSpec; first3: readonly number[]; sum: number }[];
  readonly cases: readonly ReferenceCase[];
}

const given = process.env.ALMANAC_REFERENCE ?? '../shared/reference';
const path = existsSync(given) && statSync(given).isDirectory() ? join(given, 'drift_examples.json') : given;
if (existsSync(path)) main(JSON.parse(readFileSync(path, 'utf8')) as ReferenceFile);
else {
  process.stderr.write(
    `no reference at ${path}: set ALMANAC_REFERENCE to the folder of drift_examples.json\n`,
  );
  process.exitCode = 2;
}

function main({ by, generator_probe, cases }: ReferenceFile): void {
  const isGenerated = generator_probe.every(({ spec, first3, sum }) => {
    const found = sampleFrom(spec);
    return (
      first3.every((value, i) => Math.abs(value - (found[i] as number)) < 1e-12) &&
      Math.abs(found.reduce((total, value) => total + value, 0) - sum) < 1e-9
    );
  });
  const results = cases.map((one) => {
    const check = {
      ...referenceChecks,
      ...togetherChecks,
      ...streamReferenceChecks,
      ...trialReferenceChecks,
    }[one.kind];
    const figures = check?.(one) ?? [];
    return {
      id: one.id,
      kind: one.kind,
      figures: figures.length,
      missed: figures.filter((figure) => !agrees(figure)),
    };
  });
  const unchecked = results.filter(({ figures }) => figures === 0);
  const missed = results.filter((result) => result.missed.length > 0);
  const report = {
    name: 'drift-reference',
    date: new Date().toISOString(),
    by,
    generators: isGenerated ? 'as the file says' : 'differ',
    cases: cases.length,
    figures: results.reduce((sum, { figures }) => sum + figures, 0),
    agree: results.length - unchecked.length - missed.length,
    missed: missed.map(({ id, kind, missed: figures }) => ({ id, kind, figures })),
    kindsWithoutCheck: [...new Set(unchecked.map(({ kind }) => kind))],
  };
  process.stdout.write(`${JSON.stringify(report, null, 1)}\n`);
  if (missed.length > 0 || !isGenerated) process.exitCode = 1;
}
