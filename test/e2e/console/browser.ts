// A real browser for the tests of the console: found, or installed where that is possible, and watched. Whatever a page complains
// about is kept, and so is every breach of its policy.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const SCREENSHOTS = join(import.meta.dirname, '../../../screenshots');
/** Nobody looks at pictures there, and they take a minute. */
const TAKES_PICTURES = process.env['CI'] === undefined;

const PLACES = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

function findBrowser(): string | undefined {
  return PLACES.find((path) => path !== undefined && existsSync(path));
}

function installBrowser(): void {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return;
  spawnSync('apt-get', ['update'], { stdio: 'ignore' });
  spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], { stdio: 'ignore' });
}

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts Chromium; says in one line how to get one where there is none. */
export async function startBrowser(): Promise<Browser> {
  if (!findBrowser()) installBrowser();
  const executablePath = findBrowser();
  if (!executablePath) {
    throw new Error('The console is tested in Chromium: install Chrome or Chromium, or name its program in CHROMIUM.');
  }
  return chromium.launch({ executablePath, args: FLAGS });
}

/** A window with its own cookies. */
export interface Window {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the browser complained about, breaches of the policy among it. */
  readonly complaints: string[];
}

/** Opens a window. A page that answers with an error status says so in the browser's console: that alone is no complaint. */
export async function openWindow(
  browser: Browser,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<Window> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    const isStatus = /^Failed to load resource: the server responded with a status of 4/.test(message.text());
    const isDocument = message.location().url === page.url();
    if (message.type() === 'error' && !(isStatus && isDocument)) complaints.push(message.text());
  });
  return { context, page, complaints };
}

// Both colour schemes and both widths are looked at by axe once, which is slow.
const LOOKS = [
  { colorScheme: 'light', width: 1280, axe: true },
  { colorScheme: 'dark', width: 1280, axe: false },
  { colorScheme: 'light', width: 390, axe: false },
  { colorScheme: 'dark', width: 390, axe: true },
] as const;

/** Looks at the page as it is in both colour schemes and two widths: what axe finds, or what reaches beyond the side of the page; and a
 * picture of each into `screenshots/`, except where `CI` is set. */
export async function lookAt(page: Page, name: string): Promise<string[]> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  const findings: string[] = [];
  for (const { colorScheme, width, axe } of LOOKS) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 800 });
    if (TAKES_PICTURES) {
      await page.screenshot({ path: join(SCREENSHOTS, `${name}-${colorScheme}-${width}.png`), fullPage: true });
    }
    const { violations } = axe ? await new AxeBuilder({ page }).analyze() : { violations: [] };
    const where = `${name} ${colorScheme} ${width}`;
    for (const { impact, id, nodes } of violations) findings.push(`${where}: ${impact} ${id} ${nodes[0]?.html}`);
    const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    if (Number(overflow) > 0) findings.push(`${where}: ${overflow} pixels beyond the side`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1280, height: 800 });
  return findings;
}
