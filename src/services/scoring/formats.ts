// The formats by name.

import type { FileShape, PartEncoder } from './file-writer.ts';
import { parquetEncoder } from './parquet-format.ts';
import type { FileFormat } from './scoring-plan.ts';
import { csvEncoder, ndjsonEncoder } from './text-formats.ts';

const encoders: Readonly<Record<FileFormat, (shape: FileShape) => PartEncoder>> = {
  parquet: parquetEncoder,
  csv: csvEncoder,
  ndjson: ndjsonEncoder,
};

export function encoderOf(format: FileFormat, shape: FileShape): PartEncoder {
  return encoders[format](shape);
}
