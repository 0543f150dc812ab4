// Any life of a portal's keys beside a slow model of it: after each step, the passwords that D1 accepts are the model's, whatever KV and
// the isolate's memory say.
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { it } from 'vitest';
import { authoriseStatement } from '../../src/auth/authorise.ts';
import { keyHash, newKeyId } from '../../src/auth/key-format.ts';
import { rotateKey } from '../../src/auth/key-rotation.ts';
import { revokeKey } from '../../src/auth/key-store.ts';
import { createKey, useForScim } from '../../src/auth/key-unused.ts';
import { HOUR_MS, NOW_MS, owner } from './world.ts';

/** One key ever made, as the documentation describes it: when its password was made, and whatever ends it. */
interface Life {
  readonly keyId: string;
  readonly ownerSeq: number;
  password?: string;
  username?: string;
  /** The key that took its place last. */
  successor?: Life;
  readonly ends: number[];
}

const pick = fc.nat(5);
const endsIn = fc.option(fc.constantFrom(-1, 0, 1, 3, 10, 30));
/** Many keys are used at once, so that there is something to rotate. */
const step = fc.oneof(
  fc.record({ do: fc.constant('generate' as const), pick, endsIn, isUsed: fc.boolean() }),
  fc.record({ do: fc.constant('use' as const), pick }),
  fc.record({
    do: fc.constant('rotate' as const),
    pick,
    overlap: fc.constantFrom(1, 24),
    endsIn,
  }),
  fc.record({ do: fc.constant('revoke' as const), pick }),
  fc.record({ do: fc.constant('wait' as const), hours: fc.constantFrom(1, 2, 20) }),
  fc.record({ do: fc.constant('demote' as const), pick: fc.nat(1) }),
  fc.record({ do: fc.constant('promote' as const), pick: fc.nat(1) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

class World {
  nowMs = NOW_MS;
  readonly lives: Life[] = [];
  readonly admins = new Set<number>();
  readonly sources = {
    nowMs: () => this.nowMs,
    randomBytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)),
  };
  readonly owners: readonly number[];

  constructor(owners: readonly number[]) {
    this.owners = owners;
    for (const seq of owners) this.admins.add(seq);
  }

  chosen(n: number): Life | undefined {
    return this.lives[n % Math.max(this.lives.length, 1)];
  }

  isOver({ ends }: Life): boolean {
    return ends.some((end) => end <= this.nowMs);
  }

  /** The model's whole decision. */
  isAccepted(life: Life): boolean {
    return life.password !== undefined && !this.isOver(life) && this.admins.has(life.ownerSeq);
  }
}

async function play(world: World, one: Step): Promise<void> {
  switch (one.do) {
    case 'generate':
      return generate(world, one);
    case 'use':
      return use(world, one);
    case 'rotate':
      return rotate(world, one);
    case 'revoke': {
      const life = world.chosen(one.pick);
      if (!life) return;
      await revokeKey(env, world.sources, { keyId: life.keyId, actor: 'test' });
      life.ends.push(world.nowMs);
      return;
    }
    case 'wait':
      world.nowMs += one.hours * HOUR_MS;
      return;
    case 'demote':
    case 'promote': {
      const seq = world.owners[one.pick] ?? 0;
      const role = one.do === 'demote' ? 'user' : 'admin';
      await env.DB.prepare('UPDATE users SET role = ? WHERE seq = ?').bind(role, seq).run();
      if (role === 'admin') world.admins.add(seq);
      else world.admins.delete(seq);
    }
  }
}

async function generate(world: World, one: Step & { do: 'generate' }): Promise<void> {
  const ownerSeq = world.owners[one.pick % 2] ?? 0;
  const expiresAtMs = one.endsIn === null ? null : world.nowMs + one.endsIn * HOUR_MS;
  const keyId = newKeyId(world.sources);
  const made = await createKey(env, world.sources, { keyId, ownerSeq, label: 'x', expiresAtMs, actor: 'test' });
  expectSame(made.ok, expiresAtMs === null || expiresAtMs > world.nowMs, 'generate');
  const ends = expiresAtMs === null ? [] : [expiresAtMs];
  if (!made.ok) return;
  world.lives.push({ keyId, ownerSeq, ends });
  if (one.isUsed) await use(world, { do: 'use', pick: world.lives.length - 1 });
}

async function use(world: World, one: Step & { do: 'use' }): Promise<void> {
  const life = world.chosen(one.pick);
  if (!life) return;
  const used = await useForScim(env, world.sources, { keyId: life.keyId, ownerSeq: life.ownerSeq, actor: 'test' });
  const may = life.password === undefined && !world.isOver(life) && world.admins.has(life.ownerSeq);
  expectSame(used.ok, may, 'use');
  if (used.ok) Object.assign(life, { password: used.value.password, username: used.value.username });
}

async function rotate(world: World, { pick: n, overlap, endsIn }: Step & { do: 'rotate' }): Promise<void> {
  const old = world.chosen(n);
  if (!old) return;
  const expiresAtMs = endsIn === null ? null : world.nowMs + endsIn * HOUR_MS;
  const wanted = { keyId: old.keyId, overlapMs: overlap * HOUR_MS, expiresAtMs, actor: 'test' };
  const may =
    world.isAccepted(old) &&
    (!old.successor || world.isOver(old.successor)) &&
    (expiresAtMs === null || expiresAtMs > world.nowMs);
  const rotated = await rotateKey(env, world.sources, wanted);
  expectSame(rotated.ok, may, 'rotate');
  if (!rotated.ok) return;
  old.ends.push(world.nowMs + overlap * HOUR_MS);
  const { keyId, password, username } = rotated.value.key;
  const ends = expiresAtMs === null ? [] : [expiresAtMs];
  old.successor = { keyId, ownerSeq: old.ownerSeq, password, username, ends };
  world.lives.push(old.successor);
}

async function accepted(world: World): Promise<string[]> {
  const withPassword = world.lives.filter(({ password }) => password !== undefined);
  const answers = withPassword.map(async ({ keyId, username = '', password = '' }) => {
    const hash = await keyHash(username, password);
    const row = await authoriseStatement(env.DB, { keyId, hash }, world.nowMs)
      .first()
      .catch(() => null);
    return row === null ? [] : [keyId];
  });
  return (await Promise.all(answers)).flat();
}

function expectSame(is: unknown, should: unknown, what: string): void {
  if (JSON.stringify(is) !== JSON.stringify(should)) {
    throw new Error(`${what}: ${JSON.stringify(is)}, and the model says ${JSON.stringify(should)}`);
  }
}

it('after any steps, D1 accepts the passwords that the model accepts, and no others', { timeout: 90_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 40 }), async (steps) => {
      const world = new World([(await owner()).ownerSeq, (await owner()).ownerSeq]);
      for (const one of steps) {
        await play(world, one);
        const should = world.lives.filter((life) => world.isAccepted(life)).map(({ keyId }) => keyId);
        expectSame(await accepted(world), should, one.do);
      }
    }),
    { numRuns: 40 },
  );
});
