// Whatever happens to people in whatever order: each time somebody becomes or stops being an active admin there is one row in
// the outbox and one in the journal, and at no other time.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { setFeature } from '../../src/directory/portal-settings.ts';
import { isAdmin } from '../support/admins.ts';
import { outbox, watchMails } from '../support/mails.ts';
import { ENTRA, freshPortal, type Portal, STANDARD } from '../support/portal.ts';
import { PORTAL_URN, patchOf, rows, userPath } from '../support/scim.ts';

const RUNS = 25;
const PEOPLE = ['ada@acme.example', 'ben@acme.example', 'chen@acme.example'];

const rights = fc.constantFrom<unknown[]>(true, false, null, 'True', undefined);
const active = fc.constantFrom<(boolean | undefined)[]>(true, false, undefined);
const step = fc.record({
  verb: fc.constantFrom('POST', 'PUT', 'PATCH', 'PATCH', 'DELETE', 'feature'),
  who: fc.constantFrom(...PEOPLE),
  base: fc.constantFrom(STANDARD, ENTRA),
  rights,
  active,
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function bodyOf({ who, rights: wanted, active: wantedActive }: Step): Record<string, unknown> {
  return {
    userName: who,
    ...(wantedActive === undefined ? {} : { active: wantedActive }),
    ...(wanted === undefined ? {} : isAdmin(wanted)),
  };
}

async function act(under: Portal, one: Step): Promise<void> {
  const { verb, who, base, rights: wanted, active: wantedActive } = one;
  const path = base + userPath(who);
  if (verb === 'feature') {
    await setFeature({ db: under.env.DB, sources: under.sources, actor: 'cli' }, 'adminSync', wanted !== false);
  } else if (verb === 'POST') await under.send('POST', `${base}/Users`, bodyOf(one));
  else if (verb === 'PUT') await under.send('PUT', path, bodyOf(one));
  else if (verb === 'DELETE') await under.send('DELETE', path);
  else {
    const operations = [
      ...(wantedActive === undefined ? [] : [{ op: 'replace', path: 'active', value: wantedActive }]),
      { op: 'Replace', path: `${PORTAL_URN}:isAdmin`, value: wanted ?? null },
    ];
    await under.send('PATCH', path, patchOf(...operations));
  }
}

async function admins(): Promise<Set<string>> {
  const found = await rows<{ id: string }>(
    "SELECT id FROM users WHERE role = 'admin' AND active = 1 AND removed_at IS NULL",
  );
  return new Set(found.map(({ id }) => id));
}

it(`every change of admin rights is one mail and one entry, and nothing else is (${RUNS} histories)`, {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
      const { portal: watched, mail } = watchMails(await freshPortal());
      await setFeature({ db: watched.env.DB, sources: watched.sources, actor: 'cli' }, 'adminSync', true);
      for (const one of steps) {
        const [before, rowsBefore] = [await admins(), (await outbox()).length];
        mail.clear();
        await act(watched, one);
        const after = await admins();
        const wanted = [
          ...[...after].filter((id) => !before.has(id)).map((id) => ['admin_granted', id]),
          ...[...before].filter((id) => !after.has(id)).map((id) => ['admin_revoked', id]),
        ];
        const written = (await outbox()).slice(rowsBefore);
        expect(written.map(({ kind, subject }) => [kind, subject])).toEqual(wanted);
        for (const { mutation_id: id } of written) {
          expect(await rows('SELECT attributes FROM journal WHERE mutation_id = ?', id)).toEqual([
            { attributes: expect.stringMatching(/isAdmin|urn:/) },
          ]);
          expect(mail.to).toEqual(expect.arrayContaining([...after]));
        }
        if (wanted.length === 0) expect(mail.tried).toBe(0);
      }
    }),
    { numRuns: RUNS },
  );
});
