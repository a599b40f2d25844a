// Dashboards for Grafana, as what each panel asks and shows; `dashboardJson` lays them out.

export interface Panel {
  readonly title: string;
  /** What it says to whom has not seen it before. */
  readonly description: string;
  readonly kind: 'timeseries' | 'stat';
  /** Grafana's name of the unit. */
  readonly unit: 'percentunit' | 's' | 'reqps' | 'short' | 'bytes';
  readonly queries: readonly { readonly expr: string; readonly legend: string }[];
  /** Columns of 24. */
  readonly width: 6 | 8 | 12;
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
}

const ofProject = '{project=~"$project"}';

export const dashboards: readonly Dashboard[] = [
  {
    uid: 'almanac-forecasts',
    title: 'Almanac: forecasts and data',
    panels: [
      panel(
        'stat',
        'Alerts open',
        'Not resolved and not acknowledged; the page Alerts says why.',
        'short',
        6,
        [[`sum(almanac_alerts{project=~"$project", state="firing"}) or vector(0)`, 'open']],
      ),
      panel('stat', 'Error', 'Sum of absolute errors ÷ sum of demand, last two horizons.', 'percentunit', 6, [
        [`almanac_accuracy_error_ratio${ofProject}`, '{{project}}'],
      ]),
      panel(
        'stat',
        'Value added',
        '1 − error ÷ that of seasonal naive on the same labels; below 0 is worse than repeating.',
        'percentunit',
        6,
        [[`almanac_accuracy_value_added_ratio${ofProject}`, '{{project}}']],
      ),
      panel('stat', 'Labels these rest on', 'Figures on few labels move by chance.', 'short', 6, [
        [`almanac_accuracy_labels${ofProject}`, '{{project}}'],
      ]),
      panel('timeseries', 'Error and bias', 'Bias above 0: forecasts too much.', 'percentunit', 12, [
        [`almanac_accuracy_error_ratio${ofProject}`, 'error {{project}}'],
        [`almanac_accuracy_bias_ratio${ofProject}`, 'bias {{project}}'],
      ]),
      panel(
        'timeseries',
        'Inside intervals',
        'Share of demand inside the central interval; each should lie near its level.',
        'percentunit',
        12,
        [[`almanac_accuracy_interval_coverage_ratio${ofProject}`, '{{level}} {{project}}']],
      ),
      panel(
        'timeseries',
        'Labels that have come',
        'Of those due in the last two horizons.',
        'percentunit',
        12,
        [[`almanac_label_coverage_ratio${ofProject}`, '{{project}}']],
      ),
      panel(
        'timeseries',
        'Rows taken in',
        'By outcome; quarantined rows wait on the page Data.',
        'short',
        12,
        [[`sum by (project, outcome) (rate(almanac_rows_total${ofProject}[5m]))`, '{{outcome}} {{project}}']],
      ),
      panel(
        'timeseries',
        'Version that serves',
        'A step is a promotion or a rollback; 0 = the baseline.',
        'short',
        12,
        [[`almanac_serving_version${ofProject}`, '{{project}}']],
      ),
      panel('timeseries', 'Series', 'That the serving version knows.', 'short', 12, [
        [`almanac_series${ofProject}`, '{{project}}'],
      ]),
    ],
  },
  {
    uid: 'almanac-serving',
    title: 'Almanac: serving',
    panels: [
      panel(
        'stat',
        'Error budget left',
        'Of the failures that the objective allows; below 0 the promise is broken.',
        'percentunit',
        6,
        [['almanac_slo_error_budget_left_ratio', 'left']],
      ),
      panel(
        'stat',
        'Availability',
        'Of forecast requests, over the window of the objective.',
        'percentunit',
        6,
        [['almanac_slo_availability_ratio', 'availability']],
      ),
      panel('stat', 'Requests', 'Answered per second, all routes.', 'reqps', 6, [
        ['sum(almanac:requests:rate5m)', 'requests'],
      ]),
      panel('stat', 'Jobs waiting', 'Queued or running.', 'short', 6, [
        ['sum(almanac_jobs{state=~"queued|running"})', 'jobs'],
      ]),
      panel('timeseries', 'Slowest of a hundred', 'By route, over five minutes.', 's', 12, [
        ['almanac:request_duration_seconds:p99_rate5m', '{{route}}'],
        ['almanac_slo_latency_seconds', 'objective'],
      ]),
      panel('timeseries', 'Failures', 'Share of answers with a status from 500 up.', 'percentunit', 12, [
        ['almanac:request_failures:ratio_rate5m', 'failures'],
      ]),
      panel('timeseries', 'Forecasts', 'Series forecast per second, by who made them.', 'reqps', 12, [
        [
          `sum by (project, source) (rate(almanac_predictions_total${ofProject}[5m]))`,
          '{{source}} {{project}}',
        ],
      ]),
      panel('timeseries', 'Forecasts held', 'Share of series whose forecast was ready.', 'percentunit', 12, [
        [
          `sum by (project) (rate(almanac_forecast_cache_total{project=~"$project", outcome="hit"}[5m])) / (sum by (project) (rate(almanac_forecast_cache_total${ofProject}[5m])) > 0)`,
          '{{project}}',
        ],
      ]),
      panel(
        'timeseries',
        'Not durable yet',
        'Predictions under way, and how old the oldest event is that a part has not taken in.',
        'short',
        12,
        [
          ['almanac_predictions_waiting', 'predictions'],
          ['almanac_feed_lag_seconds', 's behind {{subscriber}}'],
        ],
      ),
      panel('timeseries', 'Memory', 'Resident, and in use by JavaScript.', 'bytes', 12, [
        ['process_resident_memory_bytes', 'resident'],
        ['nodejs_heap_size_used_bytes', 'heap'],
      ]),
    ],
  },
];

function panel(
  kind: Panel['kind'],
  title: string,
  description: string,
  unit: Panel['unit'],
  width: Panel['width'],
  queries: readonly (readonly [expr: string, legend: string])[],
): Panel {
  return {
    kind,
    title,
    description,
    unit,
    width,
    queries: queries.map(([expr, legend]) => ({ expr, legend })),
  };
}

const datasource = { type: 'prometheus', uid: '$datasource' };
const heights = { stat: 4, timeseries: 8 };

/** The file that Grafana reads. */
export function dashboardJson({ uid, title, panels }: Dashboard): string {
  let [x, y, rowHeight] = [0, 0, 0];
  const placed = panels.map((one, i) => {
    if (x + one.width > 24) [x, y, rowHeight] = [0, y + rowHeight, 0];
    const gridPos = { x, y, w: one.width, h: heights[one.kind] };
    x += one.width;
    rowHeight = Math.max(rowHeight, gridPos.h);
    return panelJson(one, { id: i + 1, gridPos });
  });
  const variables = [
    { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' },
    {
      name: 'project',
      label: 'Project',
      type: 'query',
      datasource,
      query: { query: 'label_values(almanac_series, project)', refId: 'project' },
      refresh: 2,
      includeAll: true,
      multi: true,
      allValue: '.*',
      current: { text: 'All', value: '$__all' },
    },
  ];
  return `${JSON.stringify(
    {
      uid,
      title,
      tags: ['almanac'],
      schemaVersion: 39,
      editable: true,
      refresh: '30s',
      time: { from: 'now-24h', to: 'now' },
      templating: { list: variables },
      panels: placed,
    },
    null,
    2,
  )}\n`;
}

function panelJson(
  { kind, title, description, unit, queries }: Panel,
  place: { readonly id: number; readonly gridPos: object },
): object {
  return {
    ...place,
    type: kind,
    title,
    description,
    datasource,
    fieldConfig: { defaults: { unit }, overrides: [] },
    options:
      kind === 'stat'
        ? { reduceOptions: { calcs: ['lastNotNull'] }, graphMode: 'area' }
        : { legend: { showLegend: true } },
    targets: queries.map(({ expr, legend }, i) => ({
      refId: String.fromCharCode(65 + i),
      datasource,
      expr,
      legendFormat: legend,
    })),
  };
}
