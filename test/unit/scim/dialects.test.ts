// Which base URL a request came by is known to one table only.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const SRC = resolve(import.meta.dirname, '../../../src');

it('no code outside of the table asks for a dialect by its name', () => {
  // The console answers no identity provider: there the names are those of guides.
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.tsx?$/.test(name) && !name.startsWith('console'),
  );
  expect(files.length).toBeGreaterThan(100);
  const asking = files.filter((name) => {
    const text = readFileSync(join(SRC, name), 'utf8');
    return /dialect\.name|['"`]entra['"`]|basePath\s*===/.test(text);
  });
  expect(asking).toEqual([join('scim', 'dialects.ts')]);
});
