// Outputs as `{"predictions": …}`: one value per row for a single output, one object per row for several. NaN is null.

import { type Breathe, jsonWriter, type Tensor } from '../../../services/inference/index.ts';

/** Rows written between two breaths. */
const sliceSize = 256;

export async function predictionsText(outputs: readonly Tensor[], breathe: Breathe): Promise<Buffer> {
  const [only] = outputs;
  const rows = only?.shape[0];
  const areRows = rows !== undefined && outputs.every(({ shape }) => shape[0] === rows);
  if (only !== undefined && outputs.length === 1) return wrapped(await listParts(only, breathe));
  if (areRows) return wrapped(await rowParts(outputs, rows, breathe));
  // Outputs of different lengths are no rows: by name, each whole.
  const parts: Uint8Array[] = [];
  for (const tensor of outputs) {
    parts.push(Buffer.from(`${parts.length === 0 ? '{' : ','}${JSON.stringify(tensor.name)}:`));
    parts.push(...(await listParts(tensor, breathe)));
  }
  return wrapped([...parts, Buffer.from('}')]);
}

function wrapped(parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat([Buffer.from('{"predictions":'), ...parts, Buffer.from('}')]);
}

function rowParts(outputs: readonly Tensor[], rows: number, breathe: Breathe): Promise<Uint8Array[]> {
  const writers = outputs.map(rowWriter);
  const keys = outputs.map(({ name }) => `${JSON.stringify(name)}:`);
  const row = (i: number): string => `{${writers.map((write, o) => keys[o] + write(i)).join(',')}}`;
  return inSlices(rows, row, breathe);
}

function listParts(tensor: Tensor, breathe: Breathe): Promise<Uint8Array[]> {
  const [rows] = tensor.shape;
  const write = rowWriter(tensor);
  return rows === undefined ? Promise.resolve([Buffer.from(write(0))]) : inSlices(rows, write, breathe);
}

async function inSlices(
  rows: number,
  write: (row: number) => string,
  breathe: Breathe,
): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = [];
  for (let from = 0; from < rows; from += sliceSize) {
    let part = '';
    for (let row = from; row < Math.min(rows, from + sliceSize); row++)
      part += `${row === 0 ? '' : ','}${write(row)}`;
    parts.push(Buffer.from(part));
    await breathe();
  }
  return [Buffer.from('['), ...parts, Buffer.from(']')];
}

/** A row of the first dimension as nested lists; of a scalar the value. */
function rowWriter(tensor: Tensor): (row: number) => string {
  const { shape } = tensor;
  const value = jsonWriter(tensor, 'null');
  const sizes = shape.map((_, depth) => shape.slice(depth + 1).reduce((product, size) => product * size, 1));
  const text = (depth: number, from: number): string => {
    if (depth >= shape.length) return value(from);
    let list = '[';
    for (let i = 0; i < (shape[depth] as number); i++)
      list += (i === 0 ? '' : ',') + text(depth + 1, from + i * (sizes[depth] as number));
    return `${list}]`;
  };
  return (row) => text(1, row * (sizes[0] ?? 1));
}
