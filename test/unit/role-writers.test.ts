// Who may write `users.role`. A change of admin rights without its mail is a change that nobody sees, so whoever writes the column
// is listed here with the reason why the mail cannot be missing.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const SRC = new URL('../../src/', import.meta.url).pathname;

/** Each file whose SQL sets a role, and who sees to the mail. */
const WRITERS: Readonly<Record<string, string>> = {
  'auth/outside-account.ts': 'auditedCommit, by adminRights',
  'directory/settings-commit.ts': 'nobody is an admin before or after: a test of the presets holds it',
  'lifecycle/deactivate.ts': 'writeUser, by demotes; changeAccount, by adminRights',
  'storage/user-writes.ts':
    'writeUser, creationOf and giveBack, by the role before and after; changeAccount, by adminRights',
};

const SETS_ROLE = /(?:\bSET|\['|,)\s*role = |INSERT INTO users \([^)]*\brole\b/;

it('every file that writes a role is one whose mails are seen to', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((path) => /\.tsx?$/.test(path));
  const writers = files.filter((path) => SETS_ROLE.test(readFileSync(SRC + path, 'utf8')));
  expect(writers.map((path) => path.replaceAll('\\', '/')).sort()).toEqual(Object.keys(WRITERS).sort());
});
