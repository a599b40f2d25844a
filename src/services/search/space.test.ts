import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isAppError, Rng } from '../../core/index.ts';
import { drawPoint, drawUniform } from './sampler.ts';
import { fromUnit, isActive, type NumberDimension, parseSpace, toUnit } from './space.ts';

const loss = { kind: 'choice', values: ['squared', 'tweedie'] };
const power = { kind: 'float', min: 1.05, max: 1.9, when: { loss: 'tweedie' } };

test('reads floats, integers, choices and what they depend on, parents first', () => {
  const space = parseSpace({
    power,
    loss,
    rate: { kind: 'float', min: 0.01, max: 0.3, scale: 'log' },
    leaves: { kind: 'integer', min: 4, max: 128, scale: 'log' },
  });
  assert.deepEqual(
    space.dimensions.map(({ name }) => name),
    ['loss', 'rate', 'leaves', 'power'],
  );
  const [, , , last] = space.dimensions;
  assert.ok(last !== undefined);
  assert.equal(isActive(last, { loss: 'tweedie' }), true);
  assert.equal(isActive(last, { loss: 'squared' }), false);
  assert.equal(isActive(last, {}), false);
});

const hostile: readonly (readonly [string, unknown, RegExp])[] = [
  ['a list', [], /not an object/],
  ['nothing', {}, /no parameter/],
  ['null', null, /not an object/],
  ['a number as a parameter', { rate: 3 }, /rate is not an object/],
  ['a kind from the prototype', { rate: { kind: 'constructor' } }, /kind "constructor"/],
  ['a name from the prototype', JSON.parse('{"__proto__": {"kind": "float"}}'), /no name of a parameter/],
  ['a name of another alphabet', { 'râte; drop': power }, /no name of a parameter/],
  ['an unknown field', { rate: { kind: 'float', min: 0, max: 1, step: 2 } }, /field "step"/],
  ['no range', { rate: { kind: 'float', min: 0 } }, /needs numbers/],
  ['texts as range', { rate: { kind: 'float', min: '0', max: '1' } }, /needs numbers/],
  ['a reversed range', { rate: { kind: 'float', min: 2, max: 1 } }, /min must be below max/],
  ['an endless range', { rate: { kind: 'float', min: 0, max: Number.POSITIVE_INFINITY } }, /needs numbers/],
  ['a huge range', { rate: { kind: 'float', min: 0, max: 1e300 } }, /beyond 1e12/],
  ['log from zero', { rate: { kind: 'float', min: 0, max: 1, scale: 'log' } }, /above 0/],
  ['an unknown scale', { rate: { kind: 'float', min: 0, max: 1, scale: 'cubic' } }, /linear or log/],
  ['broken integers', { leaves: { kind: 'integer', min: 1.5, max: 3 } }, /is an integer/],
  ['no choices', { loss: { kind: 'choice', values: [] } }, /list of values/],
  ['a choice twice', { loss: { kind: 'choice', values: [1, 1] } }, /twice/],
  ['an object as choice', { loss: { kind: 'choice', values: [{}] } }, /numbers, texts/],
  [
    'too many choices',
    { loss: { kind: 'choice', values: Array.from({ length: 101 }, (_, i) => i) } },
    /at most 100/,
  ],
  ['a parent that is not there', { power }, /does not have/],
  [
    'a parent that is a number',
    { power: { ...power, when: { rate: 1 } }, rate: { kind: 'float', min: 0, max: 1 } },
    /only a choice/,
  ],
  ['a value the parent never has', { power: { ...power, when: { loss: 'gamma' } }, loss }, /never is/],
  [
    'a circle',
    { a: { ...loss, when: { b: 'squared' } }, b: { ...loss, when: { a: 'squared' } } },
    /in a circle/,
  ],
  [
    'too many parameters',
    Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`p${i}`, loss])),
    /at most 50/,
  ],
];
for (const [what, raw, message] of hostile) {
  test(`refuses ${what}, and says why`, () => {
    assert.throws(
      () => parseSpace(raw),
      (error) => isAppError(error, 'train/bad-search') && message.test(error.message),
    );
  });
}

test('whatever JSON is given, it is a space or a refusal', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (raw) => {
      try {
        assert.ok(parseSpace(raw).dimensions.length > 0);
      } catch (error) {
        assert.ok(isAppError(error, 'train/bad-search'));
      }
    }),
  );
});

const numbers = fc
  .record({
    kind: fc.constantFrom('float' as const, 'integer' as const),
    min: fc.integer({ min: 1, max: 500 }),
    width: fc.integer({ min: 1, max: 500 }),
    scale: fc.constantFrom('linear' as const, 'log' as const),
  })
  .map(({ width, ...rest }): NumberDimension => ({ ...rest, name: 'x', max: rest.min + width, when: [] }));

test('every place on the axis is a value of the range, and every integer comes back from its place', () => {
  fc.assert(
    fc.property(numbers, fc.double({ min: 0, max: 1, noNaN: true }), (dimension, unit) => {
      const value = fromUnit(dimension, unit);
      assert.ok(value >= dimension.min && value <= dimension.max);
      if (dimension.kind === 'integer') assert.equal(fromUnit(dimension, toUnit(dimension, value)), value);
      else assert.ok(Math.abs(toUnit(dimension, value) - unit) < 1e-3);
    }),
  );
});

test('a drawn point has exactly the parameters that are active', () => {
  const space = parseSpace({ loss, power });
  const rng = new Rng(1);
  for (let i = 0; i < 50; i++) {
    const point = drawPoint(space, (dimension) => drawUniform(dimension, rng));
    assert.equal('power' in point, point.loss === 'tweedie');
  }
});
