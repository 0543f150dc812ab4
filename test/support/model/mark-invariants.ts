// No byte of a name, an attribute, a file or a message lies anywhere but in its one place, and nowhere once it should be gone.
// Marks are searched in every column of every table, in KV and in R2; what the journal and the refusals hold is part of it.

import type { Moment } from './invariants.ts';
import { marksIn } from './marks.ts';
import type { Picture } from './picture.ts';
import type { Model } from './state.ts';

interface Found {
  readonly mark: string;
  /** Such as `users/jane@acme.example` or `r2/user/1/1/file/x`. */
  readonly place: string;
}

/** Every mark that is found belongs there. */
export function marksAreInPlace({ picture, model }: Moment): string[] {
  const places = placesOf(model);
  return findMarks(picture)
    .filter(({ mark, place }) => !places.get(mark)?.some((allowed) => place === allowed))
    .map(({ mark, place }) => `${mark} is in ${place}, and belongs ${places.get(mark)?.join(' or ') ?? 'nowhere'}`);
}

/** The password of a key is nowhere at all. */
export function secretsAreNowhere({ picture, model }: Moment): string[] {
  const all = JSON.stringify(picture);
  return model.keys
    .filter(({ password }) => all.includes(password))
    .map(({ keyId }) => `the password of ${keyId} is stored`);
}

/** Where each mark may be. Content that is doomed may be there still. */
function placesOf(model: Model): Map<string, string[]> {
  const places = new Map<string, string[]>();
  const allow = (text: string | null | undefined, place: string) => {
    for (const mark of marksIn(text ?? '')) places.set(mark, [...(places.get(mark) ?? []), place]);
  };
  for (const { id, given, family, title } of model.people) {
    for (const text of [given, family, title]) allow(text, `users/${id}`);
  }
  for (const { before } of model.heldAccounts.filter(({ fate, takesProfile }) => takesProfile && fate !== 'gone')) {
    for (const text of [before.given, before.family, before.title]) allow(text, 'destructions');
  }
  for (const { id, table, mark, nameMark, fate } of model.contents) {
    if (fate === 'gone') continue;
    allow(mark, `r2/${id}`);
    allow(nameMark, `${table}/${id}`);
  }
  return places;
}

function findMarks({ tables, kv, objects }: Picture): Found[] {
  const inRows = Object.entries(tables).flatMap(([table, rows]) =>
    rows.flatMap((row) => {
      const place = table === 'destructions' ? table : `${table}/${row['id'] ?? row['seq'] ?? '?'}`;
      return marksIn(JSON.stringify(row)).map((mark) => ({ mark, place }));
    }),
  );
  const inKv = kv.flatMap(({ name, text }) => marksIn(name + text).map((mark) => ({ mark, place: `kv/${name}` })));
  const inObjects = objects.flatMap(({ name, text }) => {
    const inBytes = marksIn(text).map((mark) => ({ mark, place: `r2/${name.split('/').at(-1)}` }));
    return [...inBytes, ...marksIn(name).map((mark) => ({ mark, place: `the name ${name}` }))];
  });
  return [...inRows, ...inKv, ...inObjects];
}
