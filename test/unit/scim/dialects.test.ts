// Which base URL a request came by is known to one table only.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const SRC = resolve(import.meta.dirname, '../../../src');

it('no code outside of the table asks for a dialect by its name', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));
  expect(files.length).toBeGreaterThan(100);
  const asking = files.filter((name) => {
    const text = readFileSync(join(SRC, name), 'utf8');
    return /dialect\.name|['"`]entra['"`]|basePath\s*===/.test(text);
  });
  expect(asking).toEqual([join('scim', 'dialects.ts')]);
});
