// Each layer by itself: what our own look at a document would miss, the library's signatures must not give away, and the other way
// round.
import { beforeAll, describe, expect, it } from 'vitest';
import { signedText } from '../../src/sso/signed-text.ts';
import { ACS, field, type Keys, keys, VICTIM, verified } from '../support/forgery.ts';
import { HOSTILE_DOCUMENTS } from './hostile/documents.ts';

let made: Keys;
beforeAll(async () => {
  made = await keys();
});

const wrapped = HOSTILE_DOCUMENTS.filter(({ of }) => of.startsWith('signature wrapping'));

describe('the library that verifies signatures, without our own look before it', () => {
  it.each(wrapped)('never takes the forged name from $of, $what', async (document) => {
    const xml = Buffer.from(document.field(made), 'base64').toString('utf8');
    const result = await signedText(xml, ACS, [made.idp.certificateBase64]);
    expect(result.ok && result.value.text.includes(`>${VICTIM}<`)).toBe(false);
  });
});

describe('a refusal', () => {
  it('tells nothing of the document that nobody signed', async () => {
    const secret = 'whatever-a-stranger-wrote';
    const texts = [
      `<${secret}/>`,
      `<!DOCTYPE ${secret}>`,
      `<a>&${secret};</a>`,
      secret,
      `<samlp:Response xmlns:samlp="${secret}"/>`,
    ];
    for (const text of texts) {
      const result = await verified(field(text));
      expect(JSON.stringify(result)).not.toContain(secret);
    }
  });
});
