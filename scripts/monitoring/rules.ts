// Rules for Prometheus: figures that are asked for often, and what somebody should be told. What the product finds itself
// (`almanac_alerts`) is told as it is: its rules know which periods are still coming in.

export interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly for?: string;
  readonly severity?: 'info' | 'warning' | 'critical';
  readonly summary?: string;
  readonly runbook?: string;
}

export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly Rule[];
}

/** The job that scrapes Almanac, in Prometheus's settings. */
export const job = 'almanac';

export const ruleGroups: readonly RuleGroup[] = [
  {
    name: 'almanac-recorded',
    rules: [
      {
        record: 'almanac:requests:rate5m',
        expr: 'sum by (route) (rate(almanac_http_request_duration_seconds_count[5m]))',
      },
      {
        record: 'almanac:request_failures:ratio_rate5m',
        expr:
          '(sum(rate(almanac_http_request_duration_seconds_count{status=~"5.."}[5m])) or vector(0)) ' +
          '/ (sum(rate(almanac_http_request_duration_seconds_count[5m])) > 0)',
      },
      {
        record: 'almanac:request_duration_seconds:p99_rate5m',
        expr: 'histogram_quantile(0.99, sum by (le, route) (rate(almanac_http_request_duration_seconds_bucket[5m])))',
      },
      {
        record: 'almanac:baseline_forecasts:ratio_rate1h',
        expr:
          'sum by (project) (rate(almanac_predictions_total{source="baseline"}[1h])) ' +
          '/ sum by (project) (rate(almanac_predictions_total[1h]))',
      },
      {
        record: 'almanac:rows_quarantined:ratio_rate1h',
        expr:
          'sum by (project) (rate(almanac_rows_total{outcome="quarantined"}[1h])) ' +
          '/ (sum by (project) (rate(almanac_rows_total[1h])) > 0)',
      },
    ],
  },
  {
    name: 'almanac-alerts',
    rules: [
      {
        alert: 'AlmanacDown',
        expr: `up{job="${job}"} == 0`,
        for: '2m',
        severity: 'critical',
        summary: '{{ $labels.instance }} does not answer scrapes.',
        runbook: 'docs/guides/watch-serving.md',
      },
      {
        alert: 'AlmanacErrorBudgetBurnsFast',
        expr: 'almanac_slo_burn_rate_ratio{rule="page-fast"} > 13.4',
        severity: 'critical',
        summary: 'Two percent of the error budget of 28 days is spent in an hour.',
        runbook: 'docs/guides/watch-serving.md',
      },
      {
        alert: 'AlmanacErrorBudgetBurns',
        expr: 'almanac_slo_burn_rate_ratio{rule="page-slow"} > 5.6',
        severity: 'critical',
        summary: 'Five percent of the error budget of 28 days is spent in six hours.',
        runbook: 'docs/guides/watch-serving.md',
      },
      {
        alert: 'AlmanacErrorBudgetLeaks',
        expr: 'almanac_slo_burn_rate_ratio{rule="ticket"} > 0.93',
        severity: 'warning',
        summary: 'Ten percent of the error budget of 28 days is spent in three days.',
        runbook: 'docs/guides/watch-serving.md',
      },
      {
        alert: 'AlmanacBaselineAnswers',
        expr: 'almanac:baseline_forecasts:ratio_rate1h > 0.1',
        for: '15m',
        severity: 'warning',
        summary:
          'Of the forecasts of {{ $labels.project }}, {{ $value | humanizePercentage }} come from the baseline.',
        runbook: 'docs/guides/watch-serving.md',
      },
      {
        alert: 'AlmanacSubscriberBehind',
        expr: 'almanac_feed_lag_seconds > 300',
        for: '5m',
        severity: 'warning',
        summary:
          '{{ $labels.subscriber }} has events to take in that are {{ $value | humanizeDuration }} old.',
        runbook: 'docs/guides/watch-serving.md',
      },
      {
        alert: 'AlmanacLogLinesLost',
        expr: 'increase(almanac_log_lines_lost_total[15m]) > 0',
        severity: 'warning',
        summary: 'Log lines could not be written: the disk is full, or nobody reads them.',
        runbook: 'docs/guides/watch-serving.md',
      },
      ...(['critical', 'warning'] as const).map(
        (severity): Rule => ({
          alert: severity === 'critical' ? 'AlmanacCriticalAlert' : 'AlmanacAlert',
          expr: `sum by (project) (almanac_alerts{severity="${severity}", state="firing"}) > 0`,
          severity,
          summary: `{{ $labels.project }} has {{ $value }} ${severity} alerts that nobody has acknowledged.`,
          runbook: 'docs/guides/alerts.md',
        }),
      ),
    ],
  },
];

/** As YAML; every text is quoted, so that none is taken for something else. */
export function rulesYaml(groups: readonly RuleGroup[]): string {
  const lines = ['groups:'];
  for (const { name, rules } of groups) {
    lines.push(`  - name: ${name}`, '    rules:');
    for (const { record, alert, expr, for: since, severity, summary, runbook } of rules) {
      lines.push(record === undefined ? `      - alert: ${alert}` : `      - record: ${record}`);
      lines.push(`        expr: ${quoted(expr)}`);
      if (since !== undefined) lines.push(`        for: ${since}`);
      if (severity !== undefined) lines.push('        labels:', `          severity: ${severity}`);
      if (summary !== undefined)
        lines.push(
          '        annotations:',
          `          summary: ${quoted(summary)}`,
          `          runbook: ${quoted(runbook ?? '')}`,
        );
    }
  }
  return `${lines.join('\n')}\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
