// What can go wrong when a forecast is overridden. Part of the table in `errors.ts`.

export const overrideErrors = {
  'overrides/invalid': {
    meaning:
      'An override cannot be taken as it is: no reason, no number, a number that demand cannot be, a period given twice.',
    hint: 'The message names the period and what is wrong: give each period one of `value`, `percent` and `units`, and a reason.',
  },
  'overrides/closed-period': {
    meaning: 'The period of an override is closed: its demand has come, or nothing more is expected of it.',
    hint: 'Override periods after the `cutoffAt` of the series; what was forecast of a closed one is graded as it was.',
  },
  'overrides/beyond-horizon': {
    meaning: 'The period of an override lies beyond the horizon: the project forecasts nothing of it yet.',
    hint: 'Override it when it comes within `horizonSteps` of the newest closed period; the message names the last one.',
  },
  'overrides/absurd': {
    meaning:
      'An override is many times the largest demand and forecast of its series: as a rule another unit, or a slip.',
    hint: 'Check the unit and the digits. If the number is meant, set `contract.maxValue` of the project: it is then the only bound.',
  },
  'overrides/unknown': {
    meaning: 'The project has no override of that id.',
    hint: 'GET …/overrides and `almanac override list` show the ids.',
  },
  'overrides/not-standing': {
    meaning: 'The override does not stand any more: another has replaced it, or it was withdrawn.',
    hint: 'The message says by whom and when; withdraw the one that stands instead.',
  },
  'overrides/key-reused': {
    meaning: 'The idempotency key was used before for another override.',
    hint: 'Send each override with a key of its own, and the same key only to send the same override again.',
  },
  'overrides/too-many': {
    meaning: 'As many overrides of periods to come stand in the project as it can hold in memory.',
    hint: 'Withdraw some that are not needed, or wait until their periods close; change the data or the settings where so many forecasts are wrong.',
  },
} as const;
