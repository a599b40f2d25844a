// Texts of overrides, on the page of a series.

import { plural } from './plural.ts';

export const overrideTexts = {
  overrides: {
    title: 'Overrides',
    meaning:
      "A number of a person in place of the model's. The model's forecast stays as it is and is graded as it is; orders are planned with the override.",
    begin: 'Override …',
    dialog: (series: string) => `Override forecasts of ${series}`,
    none: 'Nothing of it is overridden.',
    overridden: 'Overridden',
    nextOverridden: (value: string) => `overridden: ${value}`,
    from: 'From',
    through: 'Through',
    how: 'How it is said',
    kinds: {
      value: 'Units in place of the forecast',
      percent: 'Percent more than the forecast',
      units: 'Units more than the forecast',
    },
    amount: 'Number, below zero for less',
    comesTo: (period: string, mean: string, value: string) => `${period}: ${mean} → ${value}`,
    periods: (n: string) => plural(n, 'period', 'periods'),
    act: 'Override',
    set: (n: string) => `${plural(n, 'period is', 'periods are')} overridden`,
    states: { open: 'stands', closed: 'period closed', withdrawn: 'withdrawn', replaced: 'replaced' },
    line: (mean: string, value: string) => `${mean} → ${value}`,
    why: (by: string, moment: string, reason: string) => `${by}, ${moment}: ${reason}`,
    version: (number: string) => `the model, version ${number}, said the first number then`,
    baseline: 'the baseline said the first number then',
    ended: (by: string, moment: string, reason: string) => `ended by ${by}, ${moment}: ${reason}`,
    withdraw: 'Withdraw …',
    withdrawAct: 'Withdraw',
    withdrawTitle: (period: string) => `Withdraw the override of ${period}`,
    withdrawWhat: "The forecast is the model's again. The override stays in the list.",
    withdrawn: 'The override is withdrawn',
    more: 'Older ones are listed by `almanac override list`.',
    modelAdded: 'Value added by the model',
    modelOver: 'over seasonal naive',
    overrideAdded: 'Value added by overriding',
    overrideOver: 'over the model',
    wapes: (model: string, overridden: string) => `WAPE ${model} → ${overridden}`,
    basis: (n: string, due: string, coverage: string) =>
      `${plural(n, 'label', 'labels')} of ${due} due (${coverage})`,
    closer: 'Closer than the model',
    fartherBeside: (worse: string) => `farther off on ${worse}`,
    window: (from: string, to: string) => `${from} to ${to}`,
    notDue: 'No demand of an overridden period has come yet: what it was worth is not known.',
  },
};
