// The API's types of how a project stands: as every door answers them. Part of `contract.ts`, which is where to import them from.

export type { MoneyAtRisk, ProjectStanding } from '../../core/index.ts';
