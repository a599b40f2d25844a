// Models as the protocol shows them: metadata, configuration and statistics (the latter two as Triton's clients read them).

import type {
  InferenceModel,
  ModelStatistics,
  Tally,
  TensorSpec,
} from '../../../services/inference/index.ts';

export function metadataView(model: InferenceModel, versions: readonly string[]): object {
  const { name, platform, inputs, outputs } = model;
  return { name, versions, platform, inputs: inputs.map(specView), outputs: outputs.map(specView) };
}

function specView({ name, datatype, shape }: TensorSpec): object {
  return { name, datatype, shape };
}

export function configView(model: InferenceModel): object {
  const { name, platform, inputs, outputs, parameters = {} } = model;
  return {
    name,
    platform,
    backend: platform,
    // The first dimension is part of every shape: nothing is batched behind the client's back.
    max_batch_size: 0,
    input: inputs.map((spec) => ({ ...typeView(spec), ...(spec.optional ? { optional: true } : {}) })),
    output: outputs.map(typeView),
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([key, value]) => [key, { string_value: value }]),
    ),
  };
}

function typeView({ name, datatype, shape }: TensorSpec): object {
  return { name, data_type: datatype === 'BYTES' ? 'TYPE_STRING' : `TYPE_${datatype}`, dims: shape };
}

export function statisticsView(statistics: readonly ModelStatistics[]): object {
  return { model_stats: statistics.map(modelStatisticsView) };
}

function modelStatisticsView(counted: ModelStatistics): object {
  const nothing = { count: 0, ns: 0 };
  return {
    name: counted.name,
    version: counted.version,
    last_inference: counted.lastAt,
    inference_count: counted.inferences,
    execution_count: counted.runs,
    inference_stats: {
      success: tallyView(counted.success),
      fail: tallyView(counted.failed),
      // Requests go to the model at once, or are refused.
      queue: { count: counted.success.count, ns: 0 },
      compute_input: tallyView(counted.checking),
      compute_infer: tallyView(counted.computing),
      compute_output: tallyView(counted.completing),
      cache_hit: nothing,
      cache_miss: nothing,
    },
    response_stats: {},
    batch_stats: [...counted.runsByRows].toSorted(([a], [b]) => a - b).map(runsView),
    memory_usage: [],
  };
}

/** Copying in and out is part of the time of the run. */
function runsView([rows, tally]: readonly [number, Tally]): object {
  const within = { count: tally.count, ns: 0 };
  return {
    batch_size: rows,
    compute_input: within,
    compute_infer: tallyView(tally),
    compute_output: within,
  };
}

function tallyView({ count, ms }: Tally): object {
  return { count, ns: Math.round(ms * 1e6) };
}
