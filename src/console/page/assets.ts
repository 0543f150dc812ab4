// The style sheets, the icon and the scripts of the console. They are text modules of the Worker, so that the hostname check, the
// headers and the content hash are ours in development, in tests and in production alike; static assets of the platform would be
// answered before the Worker is asked.
import { createHash } from 'node:crypto';

// Loaded only with the first page, like all of the console.

/** In the order in which they win. */
const STYLES = await Promise.all([
  import('@picocss/pico/css/pico.min.css'),
  import('../assets/base.css'),
  import('../assets/shell.css'),
  import('../assets/parts.css'),
  import('../assets/forms.css'),
  import('../assets/lists.css'),
  import('../assets/door.css'),
  import('../assets/home.css'),
  import('../assets/authentication.css'),
  import('../assets/brake.css'),
  import('../assets/clients.css'),
  import('../assets/connect.css'),
  import('../assets/live-check.css'),
  import('../assets/keys.css'),
  import('../assets/log.css'),
  import('../assets/settings.css'),
  import('../assets/teams.css'),
  import('../assets/user.css'),
  import('../assets/users.css'),
  import('../assets/workspaces.css'),
]);

const [icon, copy, fillCode, live, pick, readFile, work] = await Promise.all([
  import('../assets/icon.svg'),
  import('../assets/copy.js.txt'),
  import('../assets/fill-code.js.txt'),
  import('../assets/live.js.txt'),
  import('../assets/pick.js.txt'),
  import('../assets/read-file.js.txt'),
  import('../assets/work.js.txt'),
]);

interface Asset {
  readonly path: string;
  readonly type: string;
  readonly text: string;
}

function asset(name: string, ending: string, type: string, text: string): Asset {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
  return { path: `/console/assets/${name}.${hash}.${ending}`, type, text };
}

function script(name: string, text: string): Asset {
  return asset(name, 'js', 'text/javascript; charset=utf-8', text);
}

/** Each under a path that names its content, so that browsers may keep it for ever. */
export const ASSETS = {
  style: asset('console', 'css', 'text/css; charset=utf-8', STYLES.map((sheet) => sheet.default).join('\n')),
  icon: asset('icon', 'svg', 'image/svg+xml', icon.default),
  fillCode: script('fill-code', fillCode.default),
  copy: script('copy', copy.default),
  live: script('live', live.default),
  pick: script('pick', pick.default),
  readFile: script('read-file', readFile.default),
  work: script('work', work.default),
} as const;

/** The asset at a path, if there is one. */
export function assetAt(path: string): Asset | undefined {
  return Object.values(ASSETS).find((one) => one.path === path);
}
