// Door of `search`: parameters of the model over all series that do better than the defaults.

export { globalObjective, globalSpace } from './global-objective.ts'; // a project's search
export type { Objective, ObjectiveAsk, ObjectiveResult } from './objective.ts'; // what a search minimises
export { searchPipeline } from './pipeline.ts'; // seal, snapshot, search
export { parseSearchRequest, requestLimits, type SearchRequest } from './request.ts'; // what a search may be asked
export type { SearchReport, Verdict } from './search-report.ts'; // what a search leaves with its run
export type { ObjectiveInput, SearchOptions } from './search-step.ts'; // what a search needs
