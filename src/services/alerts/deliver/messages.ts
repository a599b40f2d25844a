// What is sent of some notices: the same bytes for the same delivery, whenever it is sent. Texts come from data and are shown as text.

import type { Alerting, AlertNotice, ShownAlert } from '../../../core/index.ts';
import type { DeliveryRecord } from '../../../storage/ports/index.ts';

export interface Notice extends ShownAlert {
  readonly notice: AlertNotice | 'test';
}

export type Sent = Pick<DeliveryRecord, 'id' | 'project' | 'createdAt' | 'items'>;

export function noticesOf({ items }: Pick<DeliveryRecord, 'items'>): Notice[] {
  return items as unknown as Notice[];
}

/** CloudEvents 1.0, structured JSON. Numbers that are unknown are null. */
export function cloudEvent(sent: Sent, { url }: Pick<Alerting, 'url'>): string {
  const { id, project, createdAt } = sent;
  return JSON.stringify({
    specversion: '1.0',
    id,
    source: `${url ?? ''}/projects/${project}`,
    type: 'dev.almanac.alerts',
    subject: project,
    time: new Date(createdAt).toISOString(),
    datacontenttype: 'application/json',
    data: { project, alerts: noticesOf(sent).map((one) => ({ ...one, page: linkOf(one, url) })) },
  });
}

/** Slack's form of incoming webhooks, which other chats take too. */
export function chatMessage(sent: Sent, { url }: Pick<Alerting, 'url'>): string {
  const lines = noticesOf(sent).map((one) => {
    const links = [
      url === null ? undefined : `<${linkOf(one, url)}|page>`,
      one.runbook === null ? undefined : `<${one.runbook.replace(/[<>|]/g, encodeURIComponent)}|runbook>`,
    ].filter((link) => link !== undefined);
    const text = `*${chatText(headOf(one))}*\n${chatText(bodyOf(one))}`;
    return links.length === 0 ? text : `${text}\n${links.join(' · ')}`;
  });
  return JSON.stringify({ text: lines.join('\n\n') });
}

/** The three letters that mean something to Slack, as it wants them. */
function chatText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[*_~`]/g, ' ');
}

/** PagerDuty Events v2. Of several notices of one alert the last counts. */
export function pagerDutyEvent(
  sent: Sent,
  { url, routingKey }: Pick<Alerting, 'url'> & { routingKey: string },
): string {
  const one = noticesOf(sent).at(-1) as Notice;
  const links = [
    ...(url === null ? [] : [{ href: linkOf(one, url), text: 'evidence' }]),
    ...(one.runbook === null ? [] : [{ href: one.runbook, text: 'runbook' }]),
  ];
  return JSON.stringify({
    routing_key: routingKey,
    event_action: one.notice === 'resolved' ? 'resolve' : 'trigger',
    dedup_key: `${one.project}/${one.fingerprint}`,
    client: 'Almanac',
    ...(url === null ? {} : { client_url: url }),
    links,
    payload: {
      summary: `${one.project}: ${one.summary}`.slice(0, 1024),
      source: one.project,
      severity: one.severity,
      timestamp: one.firstAt,
      component: one.subject || one.project,
      class: one.rule,
      custom_details: { owner: one.owner, ...one.evidence },
    },
  });
}

const words: Readonly<Record<Notice['notice'], string>> = {
  fired: '',
  resolved: 'Resolved: ',
  escalated: 'Nobody has answered: ',
  test: 'Test: ',
};

export function headOf({ notice, severity, rule, project, subject }: Notice): string {
  return `${words[notice]}${severity} ${rule} in ${project}${subject === '' ? '' : ` (${subject})`}`;
}

export function bodyOf({ summary, evidence }: Notice): string {
  const { n, labelCoverage, window } = evidence;
  const rests = [
    `n ${n}`,
    ...(window === null ? [] : [`${window.from} to ${window.to}`]),
    ...(labelCoverage === null ? [] : [`${(100 * labelCoverage).toFixed(0)} % of the labels due`]),
  ];
  return `${summary} [${rests.join(', ')}]`;
}

export function linkOf({ page }: Pick<ShownAlert, 'page'>, url: string | null): string {
  return `${url ?? ''}${page}`;
}
