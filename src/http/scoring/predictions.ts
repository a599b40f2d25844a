// Outputs as `{"predictions": …}`: one value per row for a single output, one object per row for several. NaN is null.

import { type Breathe, jsonWriter, type Tensor } from '../../inference/index.ts';

/** Rows written between two breaths. */
const sliceSize = 256;

export async function predictionsText(outputs: readonly Tensor[], breathe: Breathe): Promise<Buffer> {
  const writers = outputs.map(rowWriter);
  const rows = outputs[0]?.shape[0];
  const areRows = rows !== undefined && outputs.every(({ shape }) => shape[0] === rows);
  if (!areRows) {
    const fields = outputs.map((tensor, i) => `${JSON.stringify(tensor.name)}:${writers[i]?.whole()}`);
    return Buffer.from(
      `{"predictions":${outputs.length === 1 ? writers[0]?.whole() : `{${fields.join(',')}}`}}`,
    );
  }
  const keys = outputs.map(({ name }) => `${JSON.stringify(name)}:`);
  const parts: string[] = ['{"predictions":['];
  for (let row = 0; row < rows; row++) {
    const cells = writers.map((writer, i) => (writers.length === 1 ? '' : keys[i]) + writer.row(row));
    const text = writers.length === 1 ? cells.join('') : `{${cells.join(',')}}`;
    parts.push(row === 0 ? text : `,${text}`);
    if (row % sliceSize === sliceSize - 1) await breathe();
  }
  parts.push(']}');
  return Buffer.from(parts.join(''));
}

function rowWriter(tensor: Tensor): { row: (row: number) => string; whole: () => string } {
  const { shape } = tensor;
  const value = jsonWriter(tensor, 'null');
  const sizes = shape.map((_, depth) => shape.slice(depth + 1).reduce((product, size) => product * size, 1));
  const text = (depth: number, from: number): string => {
    if (depth === shape.length) return value(from);
    let list = '[';
    for (let i = 0; i < (shape[depth] as number); i++)
      list += (i === 0 ? '' : ',') + text(depth + 1, from + i * (sizes[depth] as number));
    return `${list}]`;
  };
  return { row: (row) => text(1, row * (sizes[0] as number)), whole: () => text(0, 0) };
}
