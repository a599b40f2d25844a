// Door of `learning`: when to retrain.
export {
  decideRetrain,
  type RetrainDecision,
  type RetrainEvidence,
  type RetrainSituation,
} from './decide-retrain.ts'; // the decision, pure
export { canTrain, checkRetrainSchedule, retrainSchedules } from './retrain-schedule.ts'; // trainings at times of day
export { RetrainTrigger, type RetrainTriggerOptions } from './retrain-trigger.ts'; // watches batches, starts trainings
