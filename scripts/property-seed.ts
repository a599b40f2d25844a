// Loaded before the tests: property tests draw the same cases in every run, so that a failure can be had again.
// `PROPERTY_SEED=7 npm test -- pure` draws others.

import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 1) });
