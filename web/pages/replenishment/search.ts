// What the address of the page Replenishment holds.

import { oneOf, text } from '../../define-page.ts';

export const search = { show: oneOf('orders', 'all'), find: text(), line: text() };
