// Door of `inference`: any registered model, tensors in and tensors out. Knows nothing of HTTP.
export { countOf, isDatatype, shapeText } from './datatype.ts'; // datatypes and shapes
export { ForecasterSource, type ForecasterSourceOptions } from './forecaster-source.ts'; // projects as models
export { Inference, type InferenceOptions, type InferenceRequest } from './inference.ts'; // find, ask, count
export { type Breathe, type JsonTensor, jsonParts, jsonWriter, tensorFromJson } from './json-values.ts'; // values as JSON
export type { IndexEntry, InferenceAsk, InferenceModel, ModelSource } from './model.ts'; // what answers
export {
  OnnxModels,
  type OnnxModelsOptions,
  onnxFileBytesMax,
  type RegisteredVersion,
} from './onnx-models.ts'; // registering ONNX files
export { OnnxPool } from './onnx-pool.ts'; // threads that run them
export { onnxPoolDefaults } from './onnx-pool-options.ts'; // their bounds
export { OnnxSource } from './onnx-source.ts'; // those that serve
export { bytesFromTensor, tensorFromBytes } from './raw-values.ts'; // values as bytes
export type { ModelStatistics, Tally } from './statistics.ts'; // how often and how long
export type { Datatype, Tensor, TensorData, TensorSpec } from './tensor.ts'; // what is asked and answered
