import { expect, it } from 'vitest';
import { keyHash, mintPassword, PASSWORD_LENGTH, readPassword } from '../../src/auth/key-format.ts';
import { systemSources } from '../../src/env.ts';

const zeros = { nowMs: () => 0, randomBytes: (length: number) => new Uint8Array(length) };
const ones = { nowMs: () => 0, randomBytes: (length: number) => new Uint8Array(length).fill(255) };

it('mints at least 63 URL-safe characters without a colon: prefix, key id, 256 bits, checksum', async () => {
  const { keyId, password } = await mintPassword(systemSources);
  expect(password).toMatch(/^pck_[0-9a-hjkmnp-tv-z]{12}_[A-Za-z0-9_-]{43}_[A-Za-z0-9_-]{8}$/);
  expect(password.slice(4, 16)).toBe(keyId);
  expect(password).toHaveLength(PASSWORD_LENGTH);
  expect(PASSWORD_LENGTH).toBeGreaterThanOrEqual(63);
});

it('never changes its format: the passwords of known bytes', async () => {
  expect(await mintPassword(zeros)).toEqual({
    keyId: '000000000000',
    password: 'pck_000000000000_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA_-cd2xyXA',
  });
  expect(await mintPassword(ones)).toEqual({
    keyId: 'zzzzzzzzzzzz',
    password: 'pck_zzzzzzzzzzzz___________________________________________8_k7j8T3My',
  });
});

it('reads the key id of every password it mints, also of one full of underscores', async () => {
  for (const sources of [zeros, ones, ...Array.from({ length: 50 }, () => systemSources)]) {
    const { keyId, password } = await mintPassword(sources);
    expect(await readPassword(password)).toEqual({ keyId });
  }
});

it('mints another key each time', async () => {
  const made = await Promise.all(Array.from({ length: 200 }, () => mintPassword(systemSources)));
  expect(new Set(made.map((key) => key.keyId)).size).toBe(200);
  expect(new Set(made.map((key) => key.password)).size).toBe(200);
});

it('refuses a password with any one character changed, cut off or added', async () => {
  const { password } = await mintPassword(systemSources);
  for (let index = 0; index < password.length; index++) {
    const other = password.charAt(index) === 'x' ? 'y' : 'x';
    expect(await readPassword(password.slice(0, index) + other + password.slice(index + 1))).toBeUndefined();
    expect(await readPassword(password.slice(0, index))).toBeUndefined();
  }
  for (const wrong of ['', `${password}a`, ` ${password}`, `${password}\n`, password.toUpperCase(), 'pck_']) {
    expect(await readPassword(wrong), wrong).toBeUndefined();
  }
});

it('hashes as SHA-256 of the folded username, a colon and the password', async () => {
  // printf 'admin@acme.example:pck_x' | sha256sum
  const known = '199820ebc651296ebda9c0e18272a6e76c57db33de608184e3d70b55acd1369f';
  expect(await keyHash('admin@acme.example', 'pck_x')).toBe(known);
  expect(await keyHash('ADMIN@Acme.Example', 'pck_x')).toBe(known);
  expect(await keyHash('admin@acme.example', 'pck_X')).not.toBe(known);
});
