// Numbers such as 1.23E+05, of which a spreadsheet saved what it showed: three digits of six.

/** Digits behind the mark, and of how many places it was moved. */
const shortened = /^[-+]?\d(?:[.,](\d+))?E\+(\d{2})$/;

export class RoundedNumbers {
  #count = 0;
  #first = '';

  /** A text that is a number. Cost: one look at most texts. */
  add(text: string): void {
    if (text.charCodeAt(text.length - 4) !== 0x45) return;
    const [all, decimals = '', exponent] = shortened.exec(text) ?? [];
    // 1.2345E+02 has all of its digits.
    if (all === undefined || Number(exponent) <= decimals.length) return;
    this.#count += 1;
    if (this.#count === 1) this.#first = text;
  }

  /** What to say of them; [] where there are none. */
  note(column: string): { readonly kind: 'rounded'; readonly message: string }[] {
    if (this.#count === 0) return [];
    const [what, were] = this.#count === 1 ? ['number', 'was'] : ['numbers', 'were'];
    const message =
      `${this.#count} ${what} of ${JSON.stringify(column)}, such as ${this.#first}, ${were} rounded by a spreadsheet before the file was saved: ` +
      'export the column with all its digits';
    return [{ kind: 'rounded', message }];
  }
}
