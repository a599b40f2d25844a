// The public datasets of `bench/accuracy.ts` without prices, promotions or the like: competitions, counts, turnover, hourly demand.
// Those with them are in `retail-cases.ts`.

import type { AccuracyCase, Goal } from './accuracy-case.ts';
import { retailCases } from './retail-cases.ts';
import { electricityHours } from './retail-data.ts';

const most = (figure: string, text: string, bound: number, peers: string): Goal => ({
  figure,
  text,
  most: bound,
  peers,
});

/** Over all four frequencies. */
export const m3Goals: readonly Goal[] = [
  most('smape', 'sMAPE', 12.45, 'THETA 12.76, ForecastPro 13.06, deep ensemble 12.27, DOTM + ets 12.44'),
  most('mase', 'MASE', 1.34, 'THETA 1.395, ForecastPro 1.467, DOTM + ets 1.339'),
];

/** @param folder where the datasets lie, see its README */
export function accuracyCases(folder: string): AccuracyCase[] {
  return [...competitions(folder), ...monthly(folder), ...retailCases(folder), ...hourly(folder)];
}

function competitions(folder: string): AccuracyCase[] {
  const competition = {
    series: ['series_id'],
    time: 't',
    target: 'y',
    frequency: 'step',
    split: 'split',
  } as const;
  const m3 = { ...competition, path: `${folder}/m3/m3.csv.gz`, join: `${folder}/m3/m3_meta.csv` };
  const tourism = {
    ...competition,
    path: `${folder}/tourism_competition/tourism_comp.csv.gz`,
    join: `${folder}/tourism_competition/tourism_comp_meta.csv`,
  };
  const m3Case = (
    name: string,
    where: string,
    seasons: number[],
    horizon: number,
    peers: string,
  ): AccuracyCase => ({
    name: `M3 ${name}`,
    options: { ...m3, where, seasons, horizon },
    goals: [],
    beside: [],
    peers,
  });
  return [
    m3Case('monthly', 'frequency = 12', [12], 18, 'THETA 13.89 / 0.858, ForecastPro 13.90 / 0.848'),
    m3Case('quarterly', 'frequency = 4', [4], 8, 'THETA 8.96 / 1.087, ForecastPro 9.82 / 1.204'),
    m3Case('yearly', "period = 'YEARLY'", [1], 6, 'THETA 16.97 / 2.806, ForecastPro 17.27 / 3.026'),
    m3Case('other', "period = 'OTHER'", [1], 8, 'THETA 4.41 / 1.904, ForecastPro 4.60 / 1.920'),
    {
      name: 'M4 weekly',
      options: {
        ...competition,
        path: `${folder}/m4/m4_weekly.csv.gz`,
        seasons: [52],
        maseSeason: 1,
        horizon: 13,
      },
      goals: [
        most(
          'owa',
          'OWA',
          0.85,
          'best 0.739, Montero-Manso 0.796, mlforecast 0.850, Smyl 0.851, Theta 0.971',
        ),
        most('mase', 'MASE', 2.22, 'Montero-Manso 2.108, mlforecast 2.222, Smyl 2.356'),
        most('msis95', 'MSIS', 19.5, 'ARIMA 19.58, ETS 20.39, Smyl 22.03'),
        most('acd', 'ACD', 0.02, ''),
      ],
      beside: [],
      peers: 'Naive2 9.16 / 2.777, Smyl 7.82 / 2.356, Montero-Manso 7.63 / 2.108',
      m4: {
        naive2: { smape: 9.161, mase: 2.777 },
        owa: 'best 0.739, Smyl 0.851, Montero-Manso 0.796, Theta 0.971',
        msis: 'Smyl 22.03, ETS 20.39, ARIMA 19.58',
      },
    },
    {
      name: 'M4 hourly',
      options: { ...competition, path: `${folder}/m4/m4_hourly.csv.gz`, seasons: [24, 168], horizon: 48 },
      goals: [
        most('owa', 'OWA', 0.457, 'best 0.410, Smyl 0.440, mlforecast 0.4575, sNaive 0.627'),
        most('mase', 'MASE', 0.86, 'Montero-Manso 0.819, mlforecast 0.862, Smyl 0.893, sNaive 1.193'),
        most('msis95', 'MSIS', 7.9, 'ARIMA 7.54, Smyl 7.93, ETS 17.49'),
        most('acd', 'ACD', 0.02, ''),
      ],
      beside: [],
      peers: 'sNaive 13.91 / 1.193, Smyl 9.33 / 0.893, Montero-Manso 11.51 / 0.819',
      m4: {
        naive2: { smape: 18.383, mase: 2.395 },
        owa: 'best 0.410, Smyl 0.440, Montero-Manso 0.484, sNaive 0.627',
        msis: 'Smyl 7.93, ETS 17.49, ARIMA 7.54',
      },
    },
    {
      name: 'Tourism yearly',
      options: { ...tourism, where: 'frequency = 1', seasons: [1], horizon: 4 },
      goals: [
        most('mase', 'MASE', 2.62, 'DOTM 2.62, R thetaf 2.73, R ets 3.00'),
        most('smape', 'sMAPE', 20.1, 'DOTM 20.1, sNaive 22.3, R ets 23.0'),
      ],
      beside: [],
      peers: 'R ets 23.0 / 3.00, R thetaf - / 2.73',
    },
    {
      name: 'Tourism quarterly',
      options: { ...tourism, where: 'frequency = 4', seasons: [4], horizon: 8 },
      goals: [
        most('mase', 'MASE', 1.51, 'ets + DOTM + sNaive 1.518, R ets 1.592, sNaive 1.699'),
        most('smape', 'sMAPE', 14.4, 'ets + DOTM + sNaive 14.4, R ets 15.1, sNaive 16.6'),
      ],
      beside: [],
      peers: 'sNaive 16.6 / 1.699, R ets 15.1 / 1.592',
    },
    {
      name: 'Tourism monthly',
      options: { ...tourism, where: 'frequency = 12', seasons: [12], horizon: 24 },
      goals: [
        most('mase', 'MASE', 1.47, 'ets + DOTM + sNaive 1.477, R ets 1.526, sNaive 1.631'),
        most('smape', 'sMAPE', 18.7, 'ets + DOTM + sNaive 18.7, R ets 19.0, sNaive 21.7'),
      ],
      beside: [],
      peers: 'sNaive 21.7 / 1.631, R ets 19.0 / 1.526',
    },
  ];
}

function monthly(folder: string): AccuracyCase[] {
  const calendar = { series: ['series_id'], time: 'timestamp', target: 'y', frequency: 'month' } as const;
  const plain = { goals: [], beside: [] } as const;
  const scripts = {
    series: ['concession', 'type', 'atc1', 'atc2'],
    time: 'timestamp',
    target: 'scripts',
    path: `${folder}/pbs_scripts/pbs_monthly.csv.gz`,
    frequency: 'month',
    horizon: 12,
    static: ['concession', 'type', 'atc1'],
  } as const;
  return [
    {
      ...plain,
      name: 'Hospital',
      options: { ...calendar, path: `${folder}/hospital/hospital_monthly.csv.gz`, horizon: 12 },
      goals: [
        most('mase', 'MASE', 0.75, 'best listed 0.705, Chronos-2 0.740, DOTM + ets 0.751, R ets 0.767'),
        most(
          'decileLoss',
          'CRPS of the deciles ÷ demand',
          0.052,
          'Chronos-2 0.051, AutoETS 0.053, AutoTheta 0.055',
        ),
      ],
      peers: 'sNaive - / 0.921, R ets - / 0.767',
    },
    {
      ...plain,
      name: 'Australian retail',
      options: {
        ...calendar,
        path: `${folder}/au_retail/au_retail_monthly.csv.gz`,
        horizon: 24,
        static: ['state', 'industry'],
      },
      goals: [most('mase', 'MASE', 1.22, 'ets + DOTM + sNaive 1.224, R ets 1.270, sNaive 1.465')],
      peers: 'sNaive - / 1.465, R ets - / 1.270',
    },
    {
      ...plain,
      name: 'Pharmacy scripts',
      options: scripts,
      peers: '',
      note:
        'Pharmacy scripts: MASE, RMSSE and scaled pinball are mostly one series (General, Co-payments, C05), which sold next to ' +
        'nothing for years and then 7,281 in one month. It is left out in the second row, after the fact.',
    },
    {
      ...plain,
      name: 'Pharmacy scripts without that series',
      options: {
        ...scripts,
        where: "NOT (concession = 'General' AND type = 'Co-payments' AND atc2 = 'C05')",
      },
      peers: '',
    },
  ];
}

function hourly(folder: string): AccuracyCase[] {
  return [
    {
      name: 'Bike sharing, hourly',
      options: {
        series: [],
        time: 'date_time',
        target: 'users',
        path: `${folder}/bike_sharing/bike_sharing_hourly.csv.gz`,
        frequency: 'hour',
        seasons: [24, 168],
        horizon: 168,
        known: ['holiday', 'workingday'],
        past: ['weather', 'temp', 'atemp', 'hum', 'windspeed'],
      },
      goals: [],
      beside: [],
      peers: '',
      note:
        'Bike sharing and electricity are one series each, scored on one window that ends with the year. Such figures are ' +
        'draws, not averages.',
    },
    {
      name: 'Victoria electricity, hourly',
      options: {
        series: [],
        time: 'timestamp',
        target: 'demand',
        path: '',
        frequency: 'hour',
        seasons: [24, 168],
        horizon: 48,
        known: ['holiday'],
        past: ['temperature'],
      },
      prepare: electricityHours,
      goals: [],
      beside: [],
      peers: '',
    },
  ];
}
