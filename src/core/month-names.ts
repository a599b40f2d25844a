// Names of months as exports write them: English, German, French, Spanish, Italian, Portuguese, Dutch, Swedish, Danish,
// Norwegian. No name means two months among these; languages in which one would are left out.

/** Short and long, in lower case, without accents; one line per month. */
const names = [
  'jan january januar janv janvier ene enero gen gennaio janeiro januari',
  'feb february februar fevr fevrier febrero febbraio fev fevereiro februari',
  'mar march marz mrz mars marzo marco mrt maart marts',
  'apr april avr avril abr abril aprile',
  'may mai mayo mag maggio maio mei maj',
  'jun june juni juin junio giu giugno junho',
  'jul july juli juil juillet julio lug luglio julho',
  'aug august aout ago agosto augustus augusti',
  'sep september sept septembre septiembre set settembre setembro',
  'oct october okt oktober octobre octubre ott ottobre out outubro',
  'nov november novembre noviembre novembro',
  'dec december dez dezember decembre dic diciembre dicembre dezembro des desember',
];
const months: ReadonlyMap<string, number> = new Map(
  names.flatMap((line, i) => line.split(' ').map((name) => [name, i + 1] as const)),
);

/** 1 to 12; undefined for what is no month. Case, accents and a point at the end do not count. */
export function monthNamed(text: string): number | undefined {
  const plain = text.toLowerCase().replace(/\.$/, '');
  return months.get(plain) ?? months.get(plain.normalize('NFD').replace(/\p{M}/gu, ''));
}
