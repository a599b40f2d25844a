// Door of `onnx`: the ONNX file format, read and written.
export { elementTypes, type OnnxGraph, type OnnxModel, type ValueInfo } from './model.ts'; // a model as we speak of it
export { operatorsOf, readOnnx, refuseExternalData } from './read.ts'; // from bytes
export { runTreePlan, type TreeOutput, type TreePlan, treePlan } from './tree-graph.ts'; // tree ensembles without a runtime
export { withoutZipMaps } from './without-zip-maps.ts'; // tables instead of dictionaries
export { type OnnxDraft, writeOnnx } from './write.ts'; // to bytes
