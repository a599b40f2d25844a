// Door of `overrides`: numbers of people beside those of models, kept, told, and graded when demand comes.
export { OverrideBook } from './override-book.ts'; // what stands, in memory
export { overrideSubscriber } from './override-subscriber.ts'; // follows what others say
export type { OverrideGroupBy, OverrideValue, OverrideValueQuery } from './override-value.ts'; // was it worth it?
export {
  type OverridePage,
  type OverrideQuery,
  type OverrideRequest,
  type OverrideState,
  Overrides,
  type OverridesOptions,
  overrideStates,
  type StatedOverride,
} from './overrides.ts'; // what can be said and asked
export { type ShownOverride, shownOverride, shownOverrides } from './shown-overrides.ts'; // as the doors show them
