// Whatever admins do with accounts in the console and identity providers by SCIM, in whatever order: the counters and the list stay
// true, an admin who can sign in is left, and each change of admin rights has its mail.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ADMIN, signedIn, type Visitor } from '../support/console.ts';
import { expectPositionsTrue } from '../support/list-positions.ts';
import { outbox } from '../support/mails.ts';
import { addAccount, freshPortal, type Portal } from '../support/portal.ts';
import { expectCountersTrue, patchOf, rows, userPath } from '../support/scim.ts';

const RUNS = 12;
const PEOPLE = ['ada@acme.example', 'ben@acme.example', 'pam@acme.example', 'bot@acme.example'];
const WHO = [...PEOPLE, ADMIN, 'break-glass@acme.example'];

const step = fc.record({
  what: fc.constantFrom(
    'granted',
    'revoked',
    'deactivate',
    'reactivate',
    'convert',
    'password-link',
    'PATCH',
    'DELETE',
    'POST',
  ),
  who: fc.constantFrom(...WHO),
  active: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const seqs = async () =>
  new Map((await rows<{ id: string; seq: number }>('SELECT id, seq FROM users')).map(({ id, seq }) => [id, seq]));

async function play(
  portal: Portal,
  admin: Visitor,
  { what, who, active }: Step,
  seq: number | undefined,
): Promise<number> {
  switch (what) {
    case 'PATCH':
      return (await portal.send('PATCH', userPath(who), patchOf({ op: 'replace', path: 'active', value: active })))
        .status;
    case 'DELETE':
      return (await portal.send('DELETE', userPath(who))).status;
    case 'POST':
      return (await portal.send('POST', '/Users', { userName: who, active })).status;
    case 'granted':
    case 'revoked':
      return (await admin.post(`/console/users/${seq}/admin`, { fields: { rights: what } })).status;
    default:
      return (await admin.post(`/console/users/${seq}/${what}`, { fields: { confirmation: who } })).status;
  }
}

const activeAdmins = async () =>
  (
    await rows<{ id: string }>(
      "SELECT id FROM users WHERE role = 'admin' AND active = 1 AND removed_at IS NULL ORDER BY id",
    )
  ).map(({ id }) => id);

/** The people whose rights differ, and how. */
function differences(before: readonly string[], after: readonly string[]): string[] {
  return [
    ...after.filter((id) => !before.includes(id)).map((id) => `admin_granted ${id}`),
    ...before.filter((id) => !after.includes(id)).map((id) => `admin_revoked ${id}`),
  ].sort();
}

it('what is counted stays true, an admin is left, and every admin learns who becomes one or is none any more', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
      const portal = await freshPortal();
      const admin = await signedIn(portal.sources);
      await addAccount('password', 'pam@acme.example', 'admin');
      await addAccount('service', 'bot@acme.example', 'admin');
      await portal.send('POST', '/Users', { userName: 'ada@acme.example' });
      let isIn = true;
      for (const one of steps) {
        portal.sources.ms += 1_000;
        const [before, mails] = [await activeAdmins(), (await outbox()).length];
        const status = await play(portal, admin, one, (await seqs()).get(one.who));
        expect(status, JSON.stringify(one)).toBeLessThan(500);
        const told = (await outbox()).slice(mails).map(({ kind, subject }) => `${kind} ${subject}`);
        expect(told.sort(), JSON.stringify(one)).toEqual(differences(before, await activeAdmins()));
        isIn &&= (await activeAdmins()).includes(ADMIN);
      }
      await expectCountersTrue();
      await expectPositionsTrue();
      const left = await rows(
        "SELECT id FROM users WHERE role = 'admin' AND active = 1 AND removed_at IS NULL AND login_type <> 'service'",
      );
      expect(left.length).toBeGreaterThan(0);
      const [waiting] = await rows(
        `SELECT count(*) AS n FROM users AS u WHERE active = 0 AND (role <> 'user' OR deactivated_at IS NULL
           OR EXISTS (SELECT 1 FROM api_keys WHERE owner_seq = u.seq AND revoked_at IS NULL)
           OR EXISTS (SELECT 1 FROM credentials WHERE user_seq = u.seq))`,
      );
      expect(waiting).toEqual({ n: 0 });
      expect((await admin.get('/console')).status).toBe(isIn ? 200 : 303);
    }),
    { numRuns: RUNS },
  );
}, 120_000);
