// The list of series: what is typed narrows it down, and no more is shown than a person reads, however many there are.

import { byId, element } from './dom.ts';

const shownMax = 200;

export class SeriesList {
  readonly #search: HTMLInputElement = byId('search');
  readonly #list: HTMLElement = byId('series');
  readonly #found: HTMLElement = byId('found');
  readonly #onChoose: (id: string) => void;
  #ids: readonly string[] = [];
  #chosen: string | undefined;

  constructor(onChoose: (id: string) => void) {
    this.#onChoose = onChoose;
    this.#search.addEventListener('input', () => this.#show());
    this.#search.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') this.#list.querySelector('button')?.click();
    });
    this.#list.addEventListener('keydown', (event) => this.#move(event));
  }

  /** The series there are; one that was chosen stays so. */
  setIds(ids: readonly string[]): void {
    this.#ids = ids;
    this.#show();
  }

  choose(id: string): void {
    this.#chosen = id;
    this.#show();
    this.#onChoose(id);
  }

  #show(): void {
    const typed = this.#search.value.trim().toLowerCase();
    const shown: string[] = [];
    let count = 0;
    for (const id of this.#ids) {
      if (!id.toLowerCase().includes(typed)) continue;
      count++;
      if (shown.length < shownMax) shown.push(id);
    }
    this.#list.replaceChildren(...shown.map((id) => element('li', {}, this.#button(id))));
    const all = this.#ids.length.toLocaleString('en-GB');
    if (count === 0) this.#found.textContent = `None of ${all} series has this in its name.`;
    else if (count > shownMax)
      this.#found.textContent = `The first ${shownMax} of ${count.toLocaleString('en-GB')} series: type to narrow them down.`;
    else this.#found.textContent = typed === '' ? `${all} series` : `${count} of ${all} series`;
  }

  #button(id: string): HTMLButtonElement {
    const button = element('button', { type: 'button', 'aria-pressed': String(id === this.#chosen) }, id);
    button.addEventListener('click', () => {
      this.choose(id);
      this.#list.querySelector<HTMLButtonElement>('[aria-pressed="true"]')?.focus();
    });
    return button;
  }

  /** Arrow keys go through the list. */
  #move(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const buttons = [...this.#list.querySelectorAll('button')];
    buttons[buttons.indexOf(document.activeElement as HTMLButtonElement) + step]?.focus();
  }
}
