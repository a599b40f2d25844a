// Door of `onnx`: the ONNX file format, read and written.

export { globalModelFile } from './booster-graph.ts'; // the model over all series as a file
export { elementTypes, type OnnxGraph, type OnnxModel, type ValueInfo } from './model.ts'; // a model as we speak of it
export { operatorsOf, readOnnx, refuseExternalData } from './read.ts'; // from bytes
export { isStateModel, type StateGraphOptions, stateModelFile, stateShapeOf } from './state-graph.ts'; // models of one series as files
export { runTreePlan, type TreeOutput, type TreePlan, treePlan } from './tree-graph.ts'; // tree ensembles without a runtime
export { withoutZipMaps } from './without-zip-maps.ts'; // tables instead of dictionaries
export { type OnnxDraft, writeOnnx } from './write.ts'; // to bytes
