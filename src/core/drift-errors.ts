// What detectors of drift refuse. Part of the table in `errors.ts`.

export const driftErrors = {
  'drift/bad-option': {
    meaning: 'An option of a detector of drift lies outside its range, or two of them contradict each other.',
    hint: 'The message names the detector, the option and what it may be.',
  },
  'drift/no-report': {
    meaning: 'A project has no report of drift, or none by that name.',
    hint: 'Make one: `almanac drift`, or set `drift.everyPeriods` so that they come by themselves.',
  },
} as const;
