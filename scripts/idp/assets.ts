// The style sheet, the script and the icon of the local identity provider; Pico comes from the console's own dependencies.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../platform.ts';

interface Asset {
  readonly path: string;
  readonly type: string;
  readonly text: string;
}

const own = (name: string) => readFileSync(join(import.meta.dirname, 'assets', name), 'utf8');
const pico = readFileSync(join(ROOT, 'node_modules/@picocss/pico/css/pico.min.css'), 'utf8');

export const ASSETS: readonly Asset[] = [
  { path: '/style.css', type: 'text/css; charset=utf-8', text: `${pico}\n${own('style.css')}` },
  { path: '/submit.js', type: 'text/javascript; charset=utf-8', text: own('submit.js') },
  { path: '/icon.svg', type: 'image/svg+xml', text: own('icon.svg') },
];
