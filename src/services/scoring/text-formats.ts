// CSV and NDJSON: parts are lines, a file is its parts one after the other.

import { csvCell, type Frequency, periodLabel } from '../../core/index.ts';
import type { FileShape, PartEncoder, PartJoiner, WriteBytes } from './file-writer.ts';
import { type ForecastBlock, numberColumns, type SeriesOfBlock } from './forecast-block.ts';

export function csvEncoder(shape: FileShape): PartEncoder {
  const { levels, logged, csv } = shape;
  const names = [
    'series',
    'timestamp',
    'step',
    ...numberColumns(levels),
    'version',
    'cutoff',
    'source',
    'reason',
  ];
  const head = `${[...names, ...(logged ? ['prediction_id'] : []), 'override'].join(',')}\n`;
  return {
    encode: (block) => {
      return encodeRows(block, {
        of: ({ id, source, reason, predictionId }, cutoff) => ({
          before: `${csvCell(id, csv)},`,
          after: `,${block.version},${cutoff},${source},${reason ?? ''}${logged ? `,${predictionId ?? ''}` : ''}`,
        }),
        step: (label, step) => `${label},${step}`,
        number: () => ',',
        override: (value) => `,${value ?? ''}\n`,
      });
    },
    join: (write) => lines(write, head),
  };
}

export function ndjsonEncoder({ levels, logged, grid }: FileShape): PartEncoder {
  const names = numberColumns(levels).map((name) => `,${JSON.stringify(name)}:`);
  return {
    encode: (block) => {
      return encodeRows(block, {
        of: ({ id, source, reason, predictionId }, cutoff) => ({
          before: `{"series":${JSON.stringify(id)},"timestamp":`,
          after:
            `,"version":${block.version},"cutoff":${jsonTime(grid.frequency, cutoff)},"source":"${source}","reason":${JSON.stringify(reason)}` +
            `${logged ? `,"prediction_id":${JSON.stringify(predictionId)}` : ''}`,
        }),
        step: (label, step) => `${jsonTime(grid.frequency, label)},"step":${step}`,
        number: (column) => names[column] as string,
        override: (value) => `,"override":${value ?? null}}\n`,
      });
    },
    join: (write) => lines(write, ''),
  };
}

/** The texts between the numbers of a row. */
interface RowTexts {
  of(series: SeriesOfBlock, cutoff: string): { readonly before: string; readonly after: string };
  step(label: string, step: number): string;
  number(column: number): string;
  /** The end of a row; undefined = nobody overrides it. */
  override(value: number | undefined): string;
}

/** Numbers are finite by the guard of serving, and written so that reading them gives the same bits. */
function encodeRows(block: ForecastBlock, texts: RowTexts): Uint8Array {
  const { grid, horizon, series, values, levels, overridden } = block;
  const rows = series.length * horizon;
  const stepsOf = new Map<number, readonly string[]>();
  const names = Array.from({ length: 1 + levels.length }, (_, column) => texts.number(column));
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  for (const [i, one] of series.entries()) {
    const { before, after } = texts.of(one, periodLabel(grid, one.cutoff));
    const steps =
      stepsOf.get(one.cutoff) ??
      Array.from({ length: horizon }, (_, k) => texts.step(periodLabel(grid, one.cutoff + 1 + k), k + 1));
    stepsOf.set(one.cutoff, steps);
    let text = '';
    for (let k = 0; k < horizon; k++) {
      text += before + (steps[k] as string);
      for (let c = 0; c < names.length; c++)
        text += (names[c] as string) + (values[c * rows + i * horizon + k] as number);
      const said = overridden[i * horizon + k] as number;
      text += after + texts.override(Number.isNaN(said) ? undefined : said);
    }
    // Piece by piece: the text of a whole part would be one very long string.
    parts.push(encoder.encode(text));
  }
  return Buffer.concat(parts);
}

function lines(write: WriteBytes, head: string): PartJoiner {
  return {
    begin: () => write(new TextEncoder().encode(head)),
    add: (part) => write(part),
    end: async () => {},
  };
}

/** Steps are numbers, times are texts. */
function jsonTime(frequency: Frequency, label: string): string {
  return frequency === 'step' ? label : JSON.stringify(label);
}
