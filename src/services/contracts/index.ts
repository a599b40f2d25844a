// Door of `contracts`: what data must keep, read from files of the standard, and whether they keep it.
export { checkInWords, failedChecks, refuseBroken } from './broken.ts'; // what failed checks mean
export { type DraftTable, draftContract } from './draft.ts'; // a first contract from data
export { ContractFailures, type FailureCounts } from './failures.ts'; // what failed since the process began
export { plannedProblem } from './plan-test.ts'; // what a request plans
export { readContract } from './read-contract.ts'; // a contract from its file
export type { ContractRow } from './row-counters.ts'; // a row as checks see it
export { ContractTally, type TallyOptions } from './tally.ts'; // the engine
export { nothingUsual, type Usual, usualOf } from './usual.ts'; // what a history says is usual
export { type Cell, valueTest } from './value-rule.ts'; // one value against its rule
