// Whether a model answers each row by itself: only then can rows of several requests go through it together. Found out by
// running it on calm rows, alone, together and in another order, and with wild rows beside them.

import { madeUpInputs } from './onnx-golden.ts';
import { cutApart, joinedInputs, rowsOf } from './onnx-joint.ts';
import type { OnnxSession } from './onnx-session.ts';
import type { Tensor, TensorData, TensorSpec } from './tensor.ts';

/** The inputs of a request of one row. */
type Row = readonly Tensor[];

const calmCount = 4;
/** Wild values move whatever is found over all rows: a mean, a range, a largest value. */
const wildValues = [1000, -1000, Number.NaN];
/** Sums may be taken in another order when there are more rows. Relative to max(1, |value|). */
const tolerance: Readonly<Record<string, number>> = { FP32: 1e-5, FP64: 1e-10 };

/**
 * False also where it cannot be found out: a size of rows that is not free, one example row, a run that fails.
 * @param options.free what free sizes other than the rows are set to
 * @param options.examples inputs to try in place of made-up ones
 */
export async function rowsAreIndependent(
  session: Pick<OnnxSession, 'run'>,
  { inputs, outputs }: { readonly inputs: readonly TensorSpec[]; readonly outputs: readonly TensorSpec[] },
  { free, examples }: { readonly free: number; readonly examples: readonly Tensor[] | undefined },
): Promise<boolean> {
  if ([...inputs, ...outputs].some(({ shape }) => shape[0] !== -1)) return false;
  const calm = examples === undefined ? madeUpRows(inputs, free) : rowsOfInputs(examples);
  if (calm.length < 2) return false;
  try {
    const alone: Tensor[][] = [];
    for (const row of calm) alone.push(await session.run(row));
    for (const order of [calm.map((_, i) => i), [...calm.map((_, i) => i).reverse(), 0, 0]])
      if (
        !(await agree(
          session,
          order.map((i) => calm[i] as Row),
          order.map((i) => alone[i]),
        ))
      )
        return false;
    const wild = inputs.some(({ datatype }) => datatype in tolerance) ? wildValues : [];
    for (const value of wild) {
      const among = calm.flatMap((row) => [row, wildRow(row, value)]);
      const expected = alone.flatMap((answer) => [answer, undefined]);
      if (!(await agree(session, among, expected))) return false;
    }
    return true;
  } catch {
    return false;
  }
}

/** @param expected of each row; undefined = whatever it is */
async function agree(
  session: Pick<OnnxSession, 'run'>,
  rows: readonly Row[],
  expected: readonly (readonly Tensor[] | undefined)[],
): Promise<boolean> {
  const ones = rows.map(() => 1);
  const answers = cutApart(await session.run(joinedInputs(rows)), ones);
  return answers.every((answer, i) => expected[i]?.every((tensor, k) => isSame(tensor, answer[k])) ?? true);
}

function isSame(expected: Tensor, actual: Tensor | undefined): boolean {
  if (actual === undefined || actual.datatype !== expected.datatype) return false;
  if (actual.shape.join() !== expected.shape.join()) return false;
  const bound = tolerance[expected.datatype] ?? 0;
  return (expected.data as Values).every((value, i) => {
    const other = actual.data[i];
    if (Object.is(value, other)) return true;
    return Math.abs(Number(value) - Number(other)) <= bound * Math.max(1, Math.abs(Number(value)));
  });
}

type Values = readonly (number | bigint | string)[];

/** Rows that differ from each other in every input. */
function madeUpRows(inputs: readonly TensorSpec[], free: number): Row[] {
  const shaped = inputs.map((spec) => ({
    ...spec,
    shape: [1, ...spec.shape.slice(1).map((size) => (size < 0 ? free : size))],
  }));
  const rows = shaped.map(({ shape, ...spec }) => {
    const size = shape.reduce((product, each) => product * each, 1);
    // Made-up values come back after 2 places, or 97: rows that begin at an odd place, but no such one, are not alike.
    let stride = size;
    while (stride % 2 === 0 || stride % 97 === 0) stride++;
    const [list] = madeUpInputs([{ ...spec, shape: [stride * calmCount] }], 1) as [Tensor];
    return Array.from({ length: calmCount }, (_, i) => ({
      ...list,
      shape,
      data: list.data.slice(i * stride, i * stride + size),
    }));
  });
  return Array.from({ length: calmCount }, (_, i) => rows.map((list) => list[i] as Tensor));
}

/** The first few; empty when the inputs do not have the same number of rows. */
function rowsOfInputs(inputs: readonly Tensor[]): Row[] {
  const count = inputs[0]?.shape[0] ?? 0;
  if (inputs.some(({ shape }) => shape[0] !== count)) return [];
  return Array.from({ length: Math.min(count, calmCount) }, (_, i) =>
    inputs.map((input) => rowsOf(input, i, i + 1)),
  );
}

/** The row with the value in every place that takes fractions. */
function wildRow(row: Row, value: number): Row {
  return row.map((tensor) =>
    tensor.datatype in tolerance
      ? { ...tensor, data: (tensor.data as Float64Array).map(() => value) as TensorData }
      : tensor,
  );
}
