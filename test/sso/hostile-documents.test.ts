// Every way we know to be signed in as somebody else by a response of an identity provider. Each document is refused by the very check
// that is there for it: one that is refused for another reason proves nothing.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Keys, keys, verified } from '../support/forgery.ts';
import { HOSTILE_DOCUMENTS } from './hostile/documents.ts';
import { HOSTILE_CLASSES } from './hostile/hostile-document.ts';

let made: Keys;
beforeAll(async () => {
  made = await keys();
});

afterAll(() => {
  const rows = HOSTILE_CLASSES.map((of) => [of, HOSTILE_DOCUMENTS.filter((one) => one.of === of).length] as const);
  const lines = [...rows, ['all of them', HOSTILE_DOCUMENTS.length] as const];
  console.log(lines.map(([of, count]) => `${String(count).padStart(5)}  ${of}`).join('\n'));
});

describe.each(HOSTILE_CLASSES)('%s', (of) => {
  const documents = HOSTILE_DOCUMENTS.filter((one) => one.of === of);

  it.each(documents)('is refused: $what', async ({ field, refusedBy }) => {
    const result = await verified(field(made));
    expect(result).toMatchObject({
      ok: false,
      failure: { code: 'saml_response_refused', detail: expect.stringContaining(refusedBy) },
    });
  });
});
