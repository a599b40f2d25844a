// Door of `inference`: any registered model, tensors in and tensors out. Knows nothing of HTTP.
export type { IndexEntry, InferenceAsk, InferenceModel, ModelSource } from './model.ts'; // what answers
export type { Datatype, Tensor, TensorData, TensorSpec } from './tensor.ts'; // what is asked and answered
