// Texts of the page Replenishment.

import { plural } from './plural.ts';

export const replenishmentTexts = {
  replenishment: {
    stock: 'Stock as it is now',
    stockHint:
      'A row for each series: series, onHand, and where you like onOrder, due, leadTime, review, cycleService, fillRate, minimumOrder, packSize, unitCost. As text, or a file of comma-separated values.',
    file: 'From a file',
    names: 'Write the names of the most valuable series',
    terms: 'How it is bought, where a row says nothing',
    leadTime: 'Lead time, periods',
    review: 'Between two reviews, periods',
    service: 'Cycles without a stock-out, %',
    compute: 'What to order',
    computing: 'Computing …',
    none: 'No stock is written yet',
    badLine: (line: string, reason: string) => `Line ${line}: ${reason}`,
    noHeader: 'the first line names the columns, series and onHand among them',
    noNumber: (column: string, cell: string) =>
      `${column} is to be a number, and is ${cell === '' ? 'empty' : `"${cell}"`}`,
    noSeries: 'the series is not named',
    unknownColumn: (column: string) => `no column is called "${column}"`,
    onlyOrders: 'Only what is to be ordered',
    find: 'Find',
    rank: 'Rank',
    series: 'Series',
    order: 'Order',
    value: 'Value',
    because: 'Why',
    position: 'In stock and on its way',
    reorder: 'Reorder at',
    upTo: 'Up to',
    demand: 'Demand until cover ends',
    cover: 'Cover',
    covers: (n: string) => plural(n, 'period', 'periods'),
    runsOut: 'Runs out',
    risk: 'Risk',
    riskMeaning: 'Probability of a stock-out if nothing is ordered',
    lines: 'Lines',
    toOrder: 'To be ordered',
    units: 'Units',
    orderValue: 'Value of the orders',
    rests: (version: string, cutoff: string) => `By version ${version}; demand is known through ${cutoff}.`,
    nothing: 'Nothing is to be ordered',
  },
};
