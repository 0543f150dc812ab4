// Replays docs/postman.json as Postman would: requests in order, variables filled in, the expected status taken from
// each request's saved example. It reads only the parts of the format (v2.1) that our collection uses.
import { z } from 'zod';

export interface Replayed {
  readonly name: string;
  readonly expected: number;
  readonly actual: number;
}

const keyValue = z.object({ key: z.string(), value: z.string() });

const requestItem = z.object({
  name: z.string(),
  request: z.object({
    method: z.string(),
    header: z.array(keyValue).default([]),
    body: z.object({ mode: z.literal('raw'), raw: z.string() }).optional(),
    url: z.object({ raw: z.string() }),
  }),
  response: z.array(z.object({ code: z.number() })).min(1),
});

const folder = z.object({ name: z.string(), item: z.array(requestItem) });

const collection = z.object({
  auth: z.object({ type: z.literal('basic'), basic: z.array(keyValue) }),
  variable: z.array(keyValue),
  item: z.array(folder),
});

type Fill = (text: string) => string;

/**
 * Sends every request of a parsed collection, one after the other. `variables` override the collection's own.
 * Rejects when the file is not such a collection, a variable is unknown, or the server does not answer.
 */
export async function replayCollection(
  collectionJson: unknown,
  variables: Readonly<Record<string, string>>,
): Promise<Replayed[]> {
  const { auth, variable, item } = collection.parse(collectionJson);
  const fill = fillFrom(
    new Map([...variable.map(({ key, value }) => [key, value] as const), ...Object.entries(variables)]),
  );
  const authorization = basicHeader(auth.basic, fill);
  const replayed: Replayed[] = [];
  for (const { name, request, response } of item.flatMap((one) => one.item)) {
    const answer = await fetch(new URL(fill(request.url.raw)), {
      method: request.method,
      headers: {
        ...Object.fromEntries(request.header.map(({ key, value }) => [key, fill(value)])),
        Authorization: authorization,
      },
      ...(request.body === undefined ? {} : { body: fill(request.body.raw) }),
    });
    await answer.arrayBuffer();
    replayed.push({ name, expected: response[0]?.code ?? 0, actual: answer.status });
  }
  return replayed;
}

function fillFrom(values: ReadonlyMap<string, string>): Fill {
  return (text) =>
    text.replace(/\{\{(\w+)\}\}/g, (_, key: string) => {
      const value = values.get(key);
      if (value === undefined) throw new Error(`The collection uses a variable that nobody sets: ${key}`);
      return value;
    });
}

function basicHeader(fields: readonly z.infer<typeof keyValue>[], fill: Fill): string {
  const field = (key: string): string => fill(fields.find((one) => one.key === key)?.value ?? '');
  return `Basic ${Buffer.from(`${field('username')}:${field('password')}`).toString('base64')}`;
}
