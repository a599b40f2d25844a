// Every regular expression of the product takes time in proportion to the text, whatever the text: each is timed on texts
// made to slow it down. One that is not linear holds up all requests for minutes, for a body of some kilobytes.

import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { attacksOn } from '../fixtures/regex-attacks.ts';
import { regexLiterals } from '../fixtures/regex-literals.ts';

/** Short ones first: what grows as a power of two would never end on a long one. */
const lengths = [24, 300, 1500, 12_000];
/** Linear ones take well under one at any length; a quadratic one takes hundreds at the last. */
const msMax = 40;
/** Patterns put together at run time, and why each is safe. */
const builtPatterns: Readonly<Record<string, string>> = {
  'src/core/visible-text.ts': 'classes of single characters',
  'src/interfaces/http/not-found.ts': 'of the paths of routes, each parameter up to the next slash',
  'src/services/inference/onnx-session.ts':
    'of the name of an operator that the model names, for one message',
  'src/interfaces/config/check.ts': 'a constant',
  'src/interfaces/config/stream.ts': 'a constant',
  'src/interfaces/config/source.ts': 'a constant',
  'src/core/called-totals.ts': 'a constant, tried on ids of at most 200 characters',
  'src/interfaces/cli/guessing/guess-covariates.ts': 'a constant: words, no part of which repeats',
  'src/interfaces/cli/guessing/series-columns.ts': 'constants: words, and one ending after each',
  'src/interfaces/cli/guessing/stockout-column.ts': 'a constant: words, no part of which repeats',
  'src/interfaces/cli/guessing/time-form.ts': 'constants, from the start to the end of a cell',
  'src/interfaces/cli/guessing/totals.ts': 'constants, tried on cells of at most 200 characters',
  'src/core/unit.ts': 'a constant, one class of characters',
  'src/core/date-format.ts':
    'of the setting `dateFormat`: fields of bounded width, from the start to the end of a cell',
  'src/services/data/rows/parse-time.ts': 'constants, from the start to the end of a cell',
  'src/services/data/rows/number-reader.ts': 'constants: groups of three digits, and signs of bounded width',
  'src/services/contracts/safe-pattern.ts': 'of a contract, only to see whether it is one',
  'src/services/contracts/value-rule.ts':
    'of a contract: those of `safePattern`, tried on texts of at most 256 characters',
};

/** The attack that the pattern takes too long for. */
function slowAttack(source: string, flags: string): string | undefined {
  const regex = new RegExp(source, flags);
  const msOf = (text: string): number => {
    regex.lastIndex = 0;
    const begin = performance.now();
    regex.exec(text);
    return performance.now() - begin;
  };
  for (const { prefix, pump, suffix } of attacksOn(source, flags))
    for (const length of lengths) {
      const text = prefix + pump.repeat(Math.ceil(length / pump.length)) + suffix;
      // Again before it is believed: the machine may have been busy.
      if (msOf(text) > msMax && msOf(text) > msMax)
        return `${JSON.stringify(prefix)} + ${JSON.stringify(pump)} × ${length} + ${JSON.stringify(suffix)}`;
    }
  return undefined;
}

const files = globSync('src/**/*.ts').filter((file) => !file.endsWith('.test.ts'));

test('every regular expression of the product is linear', () => {
  let looked = 0;
  const slow: string[] = [];
  for (const file of files)
    for (const { source, flags, line } of regexLiterals(readFileSync(file, 'utf8'))) {
      looked++;
      const attack = slowAttack(source, flags);
      if (attack !== undefined) slow.push(`${file}:${line} /${source}/${flags} on ${attack}`);
    }
  assert.ok(looked > 60, `${looked} found: the scanner has lost its way`);
  assert.deepEqual(slow, [], 'give each character one way to be taken, or look for it without a pattern');
});

test('patterns put together at run time are in few places', () => {
  const building = files.filter((file) => readFileSync(file, 'utf8').includes('new RegExp('));
  assert.deepEqual(building.sort(), Object.keys(builtPatterns).sort());
});

test('the attacks find what is slow, and nothing else', () => {
  for (const source of ['^\\d+\\.?\\d*$', '^(a+)+$', '-+$', '^-+|-+$', '\\S*/x', '^(a|a)*$'])
    assert.notEqual(slowAttack(source, ''), undefined, source);
  for (const source of ['^\\d+(\\.\\d*)?$', '^a+$', '^-+', '[^/]+/?', '^(?:ab)*$', ':\\d{1,5}$'])
    assert.equal(slowAttack(source, ''), undefined, source);
});

test('the scanner tells expressions from divisions, strings, templates and comments', () => {
  const text = [
    'const a = b / c / d; // not /one/',
    'const e = /[/"]\\/+/g.test(f) ? x[1] / 2 / 3 : `/no/ $' + '{g.replace(/h/i, `$' + '{i}/j/`)}`;',
    "return /k/ || 'l/m/n' || '^[a-z]+$'; /* /o/ */",
  ].join('\n');
  assert.deepEqual(
    regexLiterals(text).map(({ source, flags, line }) => `${line} ${source} ${flags}`),
    ['2 [/"]\\/+ g', '2 h i', '3 k ', '3 ^[a-z]+$ u'],
  );
});
