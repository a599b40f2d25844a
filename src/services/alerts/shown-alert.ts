// An alert as doors show it: times as text, and without what is kept for its own sake.

import type { ShownAlert, ShownAlertWord } from '../../core/index.ts';
import type { StatedAlert } from './alerts.ts';

export function shownAlert(alert: StatedAlert): ShownAlert {
  const { id, project, rule, subject, fingerprint, state, severity, owner, summary, evidence } = alert;
  const { page, runbook, resolvedAt, resolvedBy, acknowledged, silence, episodes } = alert;
  return {
    id,
    project,
    rule,
    subject,
    fingerprint,
    state,
    severity,
    owner,
    summary,
    evidence,
    page: `/projects/${project}/${page}`,
    runbook,
    firstAt: time(alert.firstAt),
    lastAt: time(alert.lastAt),
    resolvedAt: resolvedAt === null ? null : time(resolvedAt),
    resolvedBy: resolvedBy && word(resolvedBy),
    acknowledged: acknowledged && word(acknowledged),
    silence: silence && { ...word(silence), until: time(silence.until) },
    episodes,
  };
}

function word({ by, at, reason }: { by: string; at: number; reason: string }): ShownAlertWord {
  return { by, at: time(at), reason };
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}
