// What the simulated warehouse sells: families of items and how demand for each behaves. Data only.

export const sites = ['north', 'south'] as const;
export type Site = (typeof sites)[number];

export type FamilyName = 'consumables' | 'hardware' | 'garden' | 'heating' | 'gifts' | 'spares';

export interface Family {
  readonly name: FamilyName;
  /** Typical units per day and site of its items, from and to. */
  readonly unitsPerDay: readonly [number, number];
  /** Share of an average day's demand, Sunday first. */
  readonly weekdays: readonly [number, number, number, number, number, number, number];
  /** Strength of the yearly season (0 = none) and the day of the year it peaks. */
  readonly yearAmplitude: number;
  readonly yearPeakDay: number;
  /** Spread of the daily noise on a logarithmic scale. */
  readonly noise: number;
  /** Share of days with any demand at all; 1 = sells every day. */
  readonly activity: number;
  /** Units sold per unit of discount: 3 = a 20 % discount lifts demand by 60 %. */
  readonly discountLift: number;
  readonly unitPrice: readonly [number, number];
  /** Share of normal demand on a public holiday. */
  readonly holidayShare: number;
  readonly items: readonly string[];
}

const trade = [0.15, 1.25, 1.2, 1.15, 1.15, 1.3, 0.8] as const;
const weekend = [1.35, 0.7, 0.7, 0.75, 0.9, 1.15, 1.45] as const;

export const families: readonly Family[] = [
  {
    name: 'consumables',
    unitsPerDay: [60, 220],
    weekdays: trade,
    yearAmplitude: 0.08,
    yearPeakDay: 320,
    noise: 0.16,
    activity: 1,
    discountLift: 2,
    unitPrice: [2, 12],
    holidayShare: 0.12,
    items: [
      'nitrile-gloves',
      'packing-tape',
      'stretch-film',
      'box-medium',
      'cleaning-fluid',
      'paper-towels',
      'labels-a6',
      'pallet-straps',
    ],
  },
  {
    name: 'hardware',
    unitsPerDay: [18, 70],
    weekdays: [0.35, 1.05, 1.05, 1, 1.05, 1.2, 1.3],
    yearAmplitude: 0.18,
    yearPeakDay: 150,
    noise: 0.28,
    activity: 1,
    discountLift: 3,
    unitPrice: [3, 30],
    holidayShare: 0.25,
    items: [
      'bolts-m8',
      'screws-4x40',
      'anchors-10',
      'hinges-90',
      'cable-ties',
      'sandpaper-120',
      'paint-white-5l',
      'led-strip-2m',
    ],
  },
  {
    name: 'garden',
    unitsPerDay: [15, 45],
    weekdays: weekend,
    yearAmplitude: 0.85,
    yearPeakDay: 145,
    noise: 0.32,
    activity: 1,
    discountLift: 3.5,
    unitPrice: [6, 35],
    holidayShare: 0.8,
    items: ['hose-20m', 'fertiliser-5kg', 'lawn-seed-2kg', 'planter-30', 'charcoal-10kg'],
  },
  {
    name: 'heating',
    unitsPerDay: [10, 35],
    weekdays: [0.7, 1.1, 1.05, 1, 1, 1.05, 1.1],
    yearAmplitude: 0.75,
    yearPeakDay: 352,
    noise: 0.3,
    activity: 1,
    discountLift: 2,
    unitPrice: [12, 80],
    holidayShare: 0.4,
    items: ['fan-heater', 'radiator-valve', 'draught-seal', 'firelighters'],
  },
  {
    name: 'gifts',
    unitsPerDay: [8, 20],
    weekdays: weekend,
    yearAmplitude: 0.95,
    yearPeakDay: 346,
    noise: 0.3,
    activity: 1,
    discountLift: 4,
    unitPrice: [4, 25],
    holidayShare: 0.7,
    items: ['fairy-lights', 'gift-wrap', 'snow-shovel'],
  },
  {
    name: 'spares',
    unitsPerDay: [1, 6],
    weekdays: [0.2, 1.3, 1.2, 1.1, 1.1, 1.2, 0.9],
    yearAmplitude: 0,
    yearPeakDay: 1,
    noise: 0.5,
    activity: 0.22,
    discountLift: 0,
    unitPrice: [40, 400],
    holidayShare: 0,
    items: [
      'pump-seal-kit',
      'drive-belt-b42',
      'bearing-6204',
      'motor-brushes',
      'pressure-switch',
      'gasket-dn50',
      'filter-hepa',
      'control-board',
    ],
  },
];
