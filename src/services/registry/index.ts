// Door of `registry`: model versions, aliases, and what a forecast came from.
export { checkAlias } from './alias.ts'; // how an alias may be called
export type { BatchGroup, LineageStore, PredictionLineage } from './lineage.ts'; // prediction → … → batches
export { Promotion, type PromotionOptions, type ServingProcesses } from './promotion.ts'; // how a version comes to serve
export {
  type AliasCause,
  type FileDraft,
  Registry,
  type RegistryOptions,
  type VersionDraft,
} from './registry.ts'; // versions and aliases
export { saysNothing, walkBack } from './walk-back.ts'; // which version stands in
