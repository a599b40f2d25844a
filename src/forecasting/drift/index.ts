// Door of `drift`: has something changed, of which kind, since when, and what does it do? Pure: no clock, no chance but by a seed.
export { type AdwinOptions, type AdwinState, adwin } from './streams/adwin.ts'; // a window as long as nothing changes
export { type ReadyDetector, streamDetectors } from './streams/catalog.ts'; // every detector of streams
export { type CusumOptions, type CusumState, cusum } from './streams/cusum.ts'; // a change of known size, soonest
export { type DdmOptions, type DdmState, ddm } from './streams/ddm.ts'; // a rising rate of errors
export { type HddmAState, type HddmOptions, hddmA } from './streams/hddm-a.ts'; // Hoeffding's bound
export { type HddmWOptions, type HddmWState, hddmW } from './streams/hddm-w.ts'; // … with weights
export { type KswinOptions, type KswinState, kswin } from './streams/kswin.ts'; // the whole distribution
export { type PageHinkleyOptions, type PageHinkleyState, pageHinkley } from './streams/page-hinkley.ts'; // the running mean
export {
  driftsIn,
  type StreamDetector,
  type StreamState,
  type StreamVerdict,
} from './streams/stream.ts'; // what all of them promise
export { type CusumAim, type CusumTuning, tuneCusum } from './streams/tune-cusum.ts'; // a threshold that keeps false alarms rare
