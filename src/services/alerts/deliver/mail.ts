// The mail of some notices: the same bytes for the same delivery, whenever it is sent. Texts come from data: in a header they are one
// line, in the body text, and what is not seen is written out.

import {
  type Alerting,
  type AlertMailing,
  element,
  type Markup,
  markups,
  visibleText,
} from '../../../core/index.ts';
import { bodyOf, headOf, linkOf, type Notice, noticesOf, type Sent } from './messages.ts';

/** What a mail says of itself and of its alerts. */
export interface Mail {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly date: Date;
  /** Of the delivery: one that is sent again is known by it. */
  readonly messageId: string;
  /** Of the first alert: programs show the mails of one alert together. */
  readonly references: string;
  readonly text: string;
  readonly html: string;
}

const subjectMax = 150;

export function mailOf(
  sent: Sent,
  { from, to }: Pick<AlertMailing, 'from' | 'to'>,
  { url }: Pick<Alerting, 'url'>,
): Mail {
  const notices = noticesOf(sent);
  const [first, ...others] = notices;
  const domain = from.slice(from.lastIndexOf('@') + 1);
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  const head = first === undefined ? sent.project : headOf(first);
  return {
    from,
    to,
    subject: `[Almanac] ${shortened(visibleText(head), subjectMax)}${more}`,
    date: new Date(sent.createdAt),
    messageId: `<${sent.id}@${domain}>`,
    references: `<${sent.project}.${first?.fingerprint ?? ''}@${domain}>`,
    text: `${notices.map((one) => textOf(one, url)).join('\n\n')}\n`,
    html: page(notices, url),
  };
}

/** Of whole characters. */
function shortened(text: string, lengthMax: number): string {
  const characters = [...text];
  return characters.length <= lengthMax ? text : `${characters.slice(0, lengthMax - 1).join('')}…`;
}

function textOf(one: Notice, url: string | null): string {
  const { owner, firstAt, runbook } = one;
  const lines = [
    headOf(one),
    bodyOf(one),
    `since ${firstAt}${owner === null ? '' : `, owner ${owner}`}`,
    ...(url === null ? [] : [`page: ${linkOf(one, url)}`]),
    ...(runbook === null ? [] : [`runbook: ${runbook}`]),
  ];
  return lines.map(visibleText).join('\n');
}

const colours: Readonly<Record<Notice['severity'], string>> = {
  info: '#2563eb',
  warning: '#b45309',
  critical: '#b91c1c',
};

/** No script, no picture, nothing loaded: styles stand with each element, as mail programs take no others. */
function page(notices: readonly Notice[], url: string | null): string {
  const body = element(
    'body',
    { style: 'font-family:system-ui,sans-serif;color:#111827;margin:16px' },
    markups(notices.map((one) => part(one, url))),
  );
  const head = element('head', {}, { markup: '<meta charset="utf-8">' });
  return `<!doctype html>\n${element('html', { lang: 'en' }, head, body).markup}\n`;
}

function part(one: Notice, url: string | null): Markup {
  const { notice, severity, owner, firstAt, runbook } = one;
  const colour = notice === 'resolved' ? '#15803d' : colours[severity];
  const links = [
    ...(url === null ? [] : [link('Page', linkOf(one, url))]),
    ...(runbook === null ? [] : [link('Runbook', runbook)]),
  ];
  return element(
    'div',
    { style: `border-left:4px solid ${colour};padding:4px 12px;margin:0 0 16px` },
    element('p', { style: 'font-weight:600;margin:4px 0' }, element('bdi', {}, headOf(one))),
    element('p', { style: 'margin:4px 0' }, element('bdi', {}, bodyOf(one))),
    element(
      'p',
      { style: 'margin:4px 0;color:#4b5563' },
      `since ${firstAt}${owner === null ? '' : `, owner ${owner}`}`,
    ),
    ...(links.length === 0 ? [] : [element('p', { style: 'margin:4px 0' }, markups(links))]),
  );
}

/** Settings take addresses of http and https alone, for pages and runbooks. */
function link(text: string, href: string): Markup {
  return element('a', { href, style: 'margin-right:12px' }, text);
}
