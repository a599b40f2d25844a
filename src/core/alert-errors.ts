// What can go wrong with alerts. Part of the table in `errors.ts`.

export const alertErrors = {
  'alerts/unknown': {
    meaning: 'The project has no alert of that id.',
    hint: 'GET /v1/alerts and `almanac alerts` show the ids.',
  },
  'alerts/invalid': {
    meaning:
      'What is said of an alert cannot be taken as it is: a silence that has no end to come, or is too long.',
    hint: 'The message says what is wrong: a silence ends later than now and within a year.',
  },
} as const;
