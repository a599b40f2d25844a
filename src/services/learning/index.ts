// Door of `learning`: when to retrain.

export { canTrain, checkRetrainSchedule, retrainSchedules } from './retrain-schedule.ts'; // trainings at times of day
export { RetrainTrigger, type RetrainTriggerOptions } from './retrain-trigger.ts'; // watches what happens, begins trainings
export {
  type AgainstLast,
  type Standing,
  type StandingStore,
  shownStanding,
  standingOf,
} from './standing.ts'; // last and next training, maturity
export type { Decision, Situation, Trigger } from './trigger.ts'; // what a trigger is
export { triggers } from './triggers.ts'; // those there are
