// Whatever is changed in a genuine response afterwards, a byte or an element: it is refused, or says what was signed.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Shape } from '../../scripts/idp/saml-response.ts';
import { forge, type Keys, keys, verified } from '../support/forgery.ts';

const SHAPES: readonly Shape[] = ['okta', 'entra'];
const WHOLE_ELEMENT = /<((?:\w+:)?\w+)(?: [^>]*[^/])?>[^<]*<\/\1>|<[\w:]+(?: [^>]*)?\/>/g;

let made: Keys;
let genuine: Record<Shape, string>;
let says: Record<Shape, unknown>;

beforeAll(async () => {
  made = await keys();
  const xml = (shape: Shape) =>
    forge(made, { shape, inResponseTo: '_request', attributes: { givenName: 'Jane', groups: ['one', 'two'] } });
  genuine = { okta: xml('okta'), entra: xml('entra') };
  says = { okta: await verified(asField(genuine.okta)), entra: await verified(asField(genuine.entra)) };
});

function asField(xml: string | Uint8Array): string {
  return Buffer.from(xml).toString('base64');
}

/** At `at` of the length, which is from 0 to below 1. */
function place(at: number, length: number): number {
  return Math.floor(at * length);
}

async function saysTheSameOrNothing(shape: Shape, changed: string | Uint8Array): Promise<void> {
  const result = await verified(asField(changed));
  if (result.ok) expect(result).toEqual(says[shape]);
}

const shapes = fc.constantFrom(...SHAPES);
const places = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('a genuine response that was changed', () => {
  it('says what was signed to begin with', () => {
    expect(says).toMatchObject({ okta: { ok: true }, entra: { ok: true } });
  });

  it('by one byte says nothing else than what was signed', async () => {
    const changes = fc.constantFrom('replaced', 'added', 'taken away');
    await fc.assert(
      fc.asyncProperty(shapes, places, fc.integer({ min: 0, max: 255 }), changes, async (shape, at, byte, change) => {
        const bytes = [...Buffer.from(genuine[shape])];
        const new_ = change === 'taken away' ? [] : [byte];
        bytes.splice(place(at, bytes.length), change === 'added' ? 0 : 1, ...new_);
        await saysTheSameOrNothing(shape, Uint8Array.from(bytes));
      }),
      { numRuns: 80 },
    );
  });

  it('by one element says nothing else than what was signed', async () => {
    const changes = fc.constantFrom('taken away', 'doubled', 'moved');
    await fc.assert(
      fc.asyncProperty(shapes, places, places, changes, async (shape, from, to, change) => {
        const xml = genuine[shape];
        const elements = [...xml.matchAll(WHOLE_ELEMENT)];
        const { 0: element = '', index = 0 } = elements[place(from, elements.length)] ?? {};
        const without = xml.slice(0, index) + xml.slice(index + element.length);
        const rest = change === 'doubled' ? xml : without;
        const gaps = [...rest.matchAll(/></g)].map((gap) => gap.index + 1);
        const gap = gaps[place(to, gaps.length)] ?? 0;
        await saysTheSameOrNothing(
          shape,
          change === 'taken away' ? without : rest.slice(0, gap) + element + rest.slice(gap),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('by an exchange of two texts says nothing else than what was signed', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, places, places, async (shape, first, second) => {
        const parts = genuine[shape].split(/(?<=>)(?=[^<])|(?=<\/)|(?<==")|(?=")/);
        const [a, b] = [place(first, parts.length), place(second, parts.length)];
        const swapped = parts.with(a, parts[b] ?? '').with(b, parts[a] ?? '');
        await saysTheSameOrNothing(shape, swapped.join(''));
      }),
      { numRuns: 40 },
    );
  });
});
