// Can the numbers of a column be read in two ways? Watches the cells of a column as they stream by and says at the end:
// 1.234 beside 999 in a file of semicolons, or beside 12,5, may be a thousand and more.

/** What was seen of one column. */
export interface NumberQuestion {
  /** The first cell that can be read in two ways, and the row it is in. */
  readonly text: string;
  readonly row: number;
  /** Why the point may stand between thousands. */
  readonly why: string;
}

/** One to three digits, then points before groups of three: a fraction or a thousand. */
const pointThree = /^[+-]?[1-9]\d{0,2}\.\d{3}$/;
/** Two points: thousands for certain. */
const pointGroups = /^[+-]?[1-9]\d{0,2}(?:\.\d{3}){2,}(?:,\d*)?$/;
const pointFraction = /^[+-]?\d*\.\d*(?:e[+-]?\d+)?$/i;
const commaFraction = /^[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+),\d+$/;
/** One comma before three digits may be thousands as well; it is no number anyway, and says nothing. */
const commaThree = /^[+-]?[1-9]\d{0,2},\d{3}$/;
/** Whole numbers below a thousand and no others, beside so many with a point, are no coincidence in a file of any delimiter. */
const coincidenceMax = 10;

function isDigits(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x30 || code > 0x39) return false;
  }
  return true;
}

export class NumberEvidence {
  /** Cells that only a decimal comma explains. */
  commas = 0;
  #three = 0;
  /** Of those the ones that end in 0. */
  #zeros = 0;
  #hasFraction = false;
  #groups = 0;
  #small = 0;
  #large = 0;
  #first: { text: string; row: number } | null = null;

  /** @param text trimmed, not empty. Cost: a look for a point and a comma in most cells. */
  add(text: string, row: number): void {
    if (isDigits(text)) {
      if (text.length <= 3) this.#small += 1;
      else this.#large += 1;
      return;
    }
    const dot = text.indexOf('.');
    if (text.indexOf(',') >= 0) {
      if (pointGroups.test(text)) this.#groups += 1;
      else if (commaFraction.test(text) && !commaThree.test(text)) this.commas += 1;
    } else if (dot < 0) {
      if (text.length <= 3) this.#small += 1;
      else this.#large += 1;
    } else if (text.indexOf('.', dot + 1) >= 0) {
      if (pointGroups.test(text)) this.#groups += 1;
    } else if (text.length - dot === 4 && pointThree.test(text)) {
      this.#three += 1;
      if (text.endsWith('0')) this.#zeros += 1;
      this.#first ??= { text, row };
    } else if (!this.#hasFraction) this.#hasFraction = pointFraction.test(text);
  }

  /**
   * The question that the column leaves open; null when there is none.
   * @param delimiter of the file; '' = it has none
   * @param fileCommas cells with a decimal comma in all columns of the file
   */
  question({ delimiter, fileCommas }: { delimiter: string; fileCommas: number }): NumberQuestion | null {
    if (this.#first === null) return null;
    const reason = this.#why(delimiter, fileCommas);
    return reason === null ? null : { ...this.#first, why: reason };
  }

  #why(delimiter: string, fileCommas: number): string | null {
    if (this.#groups > 0) return 'other cells of the column have two points or more';
    if (this.commas > 0) return 'other cells of the column have a decimal comma';
    if (this.#hasFraction) return null;
    const all = 'every fraction of the column has exactly three digits';
    if (fileCommas > 0) return `${all} and other columns have decimal commas`;
    if (delimiter === ';') return `${all} and the delimiter is ";"`;
    if (this.#small === 0 || this.#large > 0) return null;
    if (this.#three >= coincidenceMax) return `${all} and every whole number is below 1000`;
    // Programs write the last zeros of all fractions or of none: 1.230 beside 12 is a thousand and more.
    return this.#zeros > 1 ? `${all}, some end in 0, and every whole number is below 1000` : null;
  }
}
