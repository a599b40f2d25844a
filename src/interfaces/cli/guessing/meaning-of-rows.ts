// Columns that say what the demand of a row means: its unit, its currency, or that it is a return. Not looked at they would be added up.

import type { Sample } from '../sample.ts';
import type { Profile } from './profile.ts';
import type { SeriesColumns } from './series-columns.ts';

const unitName =
  /^(uom|unit[ _-]?of[ _-]?measure(ment)?|(base|sales|order)[ _-]?unit|einheit|(basis)?mengeneinheit|verkaufseinheit|me|bme|vme|unidade?( de medida)?|unit[eé]( de mesure)?|um|pack(aging)?[ _-]?(unit|type)?)$/i;
const currencyName = /^(currency([ _-]?code)?|w(ä|ae)hrung|waers|moneda|moeda|devise|valuta)$/i;
const moneyName = /revenue|turnover|umsatz|erl(ö|oe)s|amount|betrag|value|wert|sales/i;
const returned =
  /^(credit([ _-]?(note|memo))?|cr|return(s|ed)?|refund(ed)?|reversal|storno|stornierung|gutschrift|retoure|r(ü|ue)ckgabe|avoir|retour|devoluci(ó|o)n|devolu(ç|c)(ã|a)o|abono|cancel(led|lation)?)$/i;
const debitCreditName =
  /^(s\/?h([ _-]?kz)?|shkzg|soll[ _/-]*haben.*|debit[ _/-]*credit.*|d[ _/-]?c[ _-]?(ind.*|flag)?|dr[ _/-]?cr)$/i;
/** More are no units of a product range. */
const wordsMax = 20;

/** The keys, and columns by which rows are told apart that must not be added. */
export function withUnits(
  sample: Sample,
  profiles: readonly Profile[],
  { keys, target }: { readonly keys: SeriesColumns; readonly target: Profile },
): SeriesColumns {
  const isMoney = moneyName.test(target.name);
  const added = profiles.filter(
    (profile) =>
      !keys.series.includes(profile) &&
      !profile.isNumber &&
      !profile.isTime &&
      (unitName.test(profile.name) || (isMoney && currencyName.test(profile.name))) &&
      profile.distinct > 1 &&
      profile.distinct <= wordsMax &&
      profile.filledShare === 1,
  );
  if (added.length === 0) return keys;
  const said = added.map(
    (profile) => `${profile.name} tells units apart that are not to be added (${wordsOf(sample, profile)})`,
  );
  return {
    ...keys,
    series: [...keys.series, ...added].sort((a, b) => a.index - b.index),
    reason: [keys.reason, ...said].join('; '),
  };
}

/** What to say of rows that take something back, and write it as what was sold is written. */
export function returnsNote(
  sample: Sample,
  profiles: readonly Profile[],
  { target, series }: { readonly target: Profile; readonly series: readonly Profile[] },
): string[] {
  if (target.min < 0) return [];
  return profiles.flatMap((profile) => {
    if (profile === target || series.includes(profile) || profile.isNumber || profile.distinct > wordsMax)
      return [];
    const words = wordsIn(sample, profile);
    const back = words.filter((word) => returned.test(word));
    const isSide = debitCreditName.test(profile.name) && profile.distinct === 2;
    if (!isSide && (back.length === 0 || back.length === words.length)) return [];
    const what = isSide
      ? `${profile.name} says of each row on which side it is booked (${words.join(', ')})`
      : `${profile.name} says of some rows that they were taken back (${back.join(', ')})`;
    return [
      `${what}, and ${target.name} is nowhere below zero: such rows would count as sold. Export them with a minus, or leave them out by dialect.leaveOut`,
    ];
  });
}

function wordsOf(sample: Sample, profile: Profile): string {
  return wordsIn(sample, profile).slice(0, 5).join(', ');
}

/** Of at most 100,000 rows. */
function wordsIn({ rows }: Sample, { index }: Profile): string[] {
  const words = new Set<string>();
  for (const row of rows.slice(0, 100_000)) words.add((row[index] ?? '').trim());
  return [...words];
}
