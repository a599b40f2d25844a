// Door of `inventory`: from sample paths of demand to stock levels, orders, and what a policy would have led to.
export { type BecauseWords, because } from './because.ts'; // the reason in words
export {
  type LeadTime,
  type LeadTimeShare,
  leadTimeMoments,
  leadTimeShares,
  leadTimesOfPaths,
} from './lead-time.ts'; // how long orders take
export type { OrderRules } from './order-quantity.ts'; // smallest order, packs
export { type PlanInput, planStock, type StockPlan, type StockPolicy } from './plan.ts'; // what to order now
export { type Arrival, arrivalOf, type StockPosition } from './position.ts'; // what there is and what comes
export {
  addReplays,
  type ReplayOptions,
  type ReplayResult,
  replay,
  replayFigures,
} from './replay.ts'; // what a policy would have led to
export {
  type CoverDemand,
  coverDemand,
  type ServiceTarget,
  shortageShare,
  stockFor,
} from './service-level.ts'; // stock that meets a target
export { type StockCurve, stockCurve } from './stock-curve.ts'; // the stock period by period under an order
export { type TextbookDemand, textbookSafetyStock } from './textbook.ts'; // the figure beside it
