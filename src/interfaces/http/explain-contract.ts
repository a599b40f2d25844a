// The API's types of explanations: as every door answers them. Part of `contract.ts`, which is where to import them from.

export type { Driver, SeriesExplanation } from '../../core/index.ts';
