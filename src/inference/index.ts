// Door of `inference`: any registered model, tensors in and tensors out. Knows nothing of HTTP.
export type { IndexEntry, InferenceAsk, InferenceModel, ModelSource } from './model.ts'; // what answers
export {
  OnnxModels,
  type OnnxModelsOptions,
  onnxFileBytesMax,
  type RegisteredVersion,
} from './onnx-models.ts'; // registering ONNX files
export { OnnxPool, onnxPoolDefaults } from './onnx-pool.ts'; // threads that run them
export { OnnxSource } from './onnx-source.ts'; // those that serve
export type { Datatype, Tensor, TensorData, TensorSpec } from './tensor.ts'; // what is asked and answered
