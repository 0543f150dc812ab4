// What a deployment uploads: every module that the SCIM routes reach, bundled and minified as for production.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { runCommand } from './command.ts';

const MAX_GZIP_BYTES = 60 * 1024;

it('the Worker is at most 60 KB gzipped', async () => {
  const out = mkdtempSync(join(tmpdir(), 'portcullis-bundle-'));
  const built = await runCommand('wrangler', 'deploy', '--dry-run', '--env', 'production', '--outdir', out);
  expect(built.code, built.output).toBe(0);
  const bytes = gzipSync(readFileSync(join(out, 'index.js'))).length;
  rmSync(out, { recursive: true });
  console.log(`bundle: ${bytes} bytes gzipped of ${MAX_GZIP_BYTES}`);
  expect(bytes).toBeLessThanOrEqual(MAX_GZIP_BYTES);
});
