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
  'alerts/unknown-route': {
    meaning: 'No route of alerts has that name.',
    hint: 'Routes are the `alertRoutes` of the configuration file; `almanac alerts routes` lists them.',
  },
  'alerts/no-secret': {
    meaning:
      'The environment variable with the secret of a route is not set in this process, or holds no such secret.',
    hint: 'Set the variable that the message names where the server starts; `almanac docs alerts` says what each kind needs.',
  },
  'alerts/not-delivered': {
    meaning: 'An alert could not be sent: nothing answers there, or it was refused.',
    hint: 'The message has the reason. It is sent again by itself, with longer and longer pauses, for a day; `almanac alerts test ROUTE` tries now.',
    heals: true,
  },
} as const;
