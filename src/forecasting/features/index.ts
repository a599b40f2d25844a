// Door of `features`: what a pooled model sees of a series, a lead and what is known beside demand. Pure; one code path
// for training and serving.
export type { FixedSpec, VaryingSpec } from './covariate-kinds.ts'; // what a covariate is
export { type FeatureGroup, type FeatureSource, featureSources, groupOfColumn } from './feature-groups.ts'; // what each column tells of
export type { FeatureColumn, FeaturePlan, LaunchLevels } from './feature-plan.ts'; // plain JSON
export { launchLevelsByOthers } from './launch.ts'; // the level of a new series, by others like it
export { mayHaveLifts } from './learn-lift.ts'; // what plans do to demand
export { trailingLevel } from './level.ts'; // the unit of a series
export { columnLifts } from './lift.ts'; // by how much each planned column multiplies demand
export { type PlanOptions, planFeatures } from './plan.ts'; // which columns
export { type PlanEffect, planEffects } from './plan-effects.ts'; // what plans did, for people
export { type TrainingRows, trainingRows } from './training-rows.ts'; // the matrix of a sample
export { type SampleOptions, sampleTriples, type Triples } from './triples.ts'; // which rows to train on
export { type SeriesWindow, type WindowNews, windowOf } from './window.ts'; // one origin of one series
export { type FeatureRows, type FeatureWriter, featureWriter, writeFeatures } from './writer.ts'; // rows
