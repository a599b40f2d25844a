// Door of `learning`: when to retrain.
export {
  decideRetrain,
  type RetrainDecision,
  type RetrainEvidence,
  type RetrainSituation,
} from './decide-retrain.ts'; // the decision, pure
export { RetrainTrigger, type RetrainTriggerOptions } from './retrain-trigger.ts'; // watches batches, starts trainings
