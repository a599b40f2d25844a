// Alertmanager's API v2 takes levels, not news: what is open is said again and again, what is over once with its end.

import type { Alert, Alerting } from '../../../core/index.ts';

/** What is not said again for so long is over to Alertmanager: longer than the pause between two sayings, also after a restart. */
export const endsAfterMs = 300_000;
/** How long the end of an alert is said. */
export const endSaidMs = 900_000;

/** The body of one POST to `/api/v2/alerts`. Labels are the identity; numbers are annotations. */
export function alertmanagerAlerts(
  alerts: readonly Alert[],
  { url, now }: Pick<Alerting, 'url'> & { now: number },
): string {
  return JSON.stringify(
    alerts.map((alert) => {
      const { evidence, runbook, owner } = alert;
      const { value, threshold, n, labelCoverage, window } = evidence;
      const numbers = { value, threshold, n, label_coverage: labelCoverage };
      const annotations: Record<string, string> = { summary: alert.summary };
      for (const [name, number] of Object.entries(numbers))
        if (number !== null) annotations[name] = String(number);
      if (window !== null) annotations.window = `${window.from} to ${window.to}`;
      if (runbook !== null) annotations.runbook_url = runbook;
      return {
        labels: {
          alertname: alert.rule,
          project: alert.project,
          severity: alert.severity,
          ...(alert.subject === '' ? {} : { subject: alert.subject }),
          ...(owner === null ? {} : { owner }),
        },
        annotations,
        startsAt: new Date(alert.firstAt).toISOString(),
        endsAt: new Date(alert.resolvedAt ?? now + endsAfterMs).toISOString(),
        ...(url === null ? {} : { generatorURL: `${url}/projects/${alert.project}/${alert.page}` }),
      };
    }),
  );
}
