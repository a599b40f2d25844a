// The target `onnx` of `export`: one model of a version as an ONNX file.

import { writeFile } from 'node:fs/promises';
import { AppError } from '../../../core/index.ts';
import { decodeForecaster, type Forecaster, plainState } from '../../../forecasting/models/index.ts';
import {
  globalModelFile,
  isStateModel,
  stateModelFile,
  stateShapeOf,
} from '../../../forecasting/onnx/index.ts';
import type { CommandContext } from '../command.ts';
import type { ExportAsk, Exported } from './export-target.ts';

/** Name that the model over all series is asked for by, as in the catalog. */
const globalName = 'gbdt';

/** Without `--model`: the trees over all series where the version has them, else the model that serves most series. */
export async function exportOnnx(context: CommandContext, ask: ExportAsk): Promise<Exported> {
  const { registry } = await context.open();
  const forecaster = decodeForecaster(await registry.loadArtifact(ask.version));
  const named = context.options.model;
  const model = typeof named === 'string' ? named : mostUsed(forecaster);
  return model === globalName
    ? await exportGlobal(forecaster, ask)
    : await exportStates(forecaster, model, ask);
}

async function exportGlobal({ trained }: Forecaster, ask: ExportAsk): Promise<Exported> {
  if (trained === undefined)
    throw new AppError(
      'onnx/not-exportable',
      'this version has no model over all series: name another with --model',
    );
  const { plan, quantiles, boosters } = trained.parts;
  const file = await write(ask, ask.out, globalModelFile(trained.parts));
  return {
    files: [file],
    facts: {
      model: globalName,
      features: plan.columns.length,
      boosters: boosters.length,
      levels: quantiles?.outputs ?? 0,
    },
    notes: [
      'In: `features` (their names are in the metadata of the file) and `level`, the unit of each series. Out: `mean`, `quantiles`.',
      'The quantiles are the trees’ own: what the backtest corrects them by stays with Almanac.',
    ],
  };
}

async function exportStates(forecaster: Forecaster, model: string, ask: ExportAsk): Promise<Exported> {
  const { ids, modelOf, models, states, horizon, nonNegative } = forecaster;
  const wanted = ask.series === undefined ? undefined : new Set(ask.series);
  const members = Array.from(modelOf.keys()).filter(
    (series) =>
      models[modelOf[series] as number]?.name === model && (wanted?.has(ids[series] as string) ?? true),
  );
  const stateOf = (series: number): Float64Array =>
    plainState(model, states.at(series) as Float64Array, horizon);
  const shapes = Map.groupBy(members, (series) => stateShapeOf(model, stateOf(series)));
  const [largest = []] = [...shapes.values()].sort((a, b) => b.length - a.length);
  const [first] = largest;
  if (first === undefined) throw unused(forecaster, model);
  const graph = stateModelFile({ model, like: stateOf(first), horizon, nonNegative });
  const beside = JSON.stringify({
    model,
    horizon,
    series: largest.map((series) => ids[series]),
    states: largest.map((series) =>
      Array.from(stateOf(series), (value) => (Number.isFinite(value) ? value : null)),
    ),
  });
  const others = members.length - largest.length;
  return {
    files: [
      await write(ask, ask.out, graph),
      await write(ask, `${ask.out}.states.json`, new TextEncoder().encode(beside)),
    ],
    facts: { model, horizon, series: largest.length },
    notes: [
      'In: `state`, a row per series, as in the file of states (null = NaN). Out: `mean`, a row per series.',
      ...(others > 0
        ? [`${others} series have states of another shape (no season, say) and are left out.`]
        : []),
    ],
  };
}

function mostUsed({ trained, models, modelOf }: Forecaster): string {
  if (trained !== undefined) return globalName;
  const counts = new Float64Array(models.length);
  for (const model of modelOf) counts[model]! += isStateModel(models[model]?.name ?? '') ? 1 : 0;
  return models[counts.indexOf(counts.reduce((most, count) => Math.max(most, count), 0))]?.name ?? 'none';
}

function unused({ models }: Forecaster, model: string): AppError {
  const names = models.map(({ name }) => name).join(', ');
  return new AppError(
    'onnx/not-exportable',
    `no series of this version is forecast by ${model}; its models are ${names}`,
  );
}

async function write(ask: ExportAsk, path: string, bytes: Uint8Array): Promise<Exported['files'][number]> {
  try {
    await writeFile(path, bytes, { flag: ask.force ? 'w' : 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST')
      throw new AppError('cli/file-exists', `${path} is there already: pass --force to overwrite it`, {
        cause,
      });
    throw new AppError('cli/unwritable-file', `${path} cannot be written: ${(cause as Error).message}`, {
      cause,
    });
  }
  return { path, bytes: bytes.length };
}
