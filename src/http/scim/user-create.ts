// POST /Users: one D1 call, which writes. The policy comes from the isolate's memory under a guard; who holds a userName is
// asked only after the batch was refused for it.
import type { Portal } from '../../directory/portal.ts';
import type { User } from '../../directory/user.ts';
import { createdUser, creationOf, type WrittenUser } from '../../directory/user-creation.ts';
import { decideCreate } from '../../directory/user-decisions.ts';
import { ok, type Result } from '../../failure.ts';
import type { Json } from '../../scim/json.ts';
import { readResource } from '../../scim/resource.ts';
import { readUser, selectUser, type UserRow } from '../../storage/user-rows.ts';
import { INSERTED } from '../../storage/user-writes.ts';
import type { Answer } from '../answer.ts';
import { mailLater } from './mail-later.ts';
import { onRememberedPortal } from './remembered-portal.ts';
import type { ScimHandler, ScimRequest } from './request.ts';
import { retrying } from './retry.ts';
import { projectionOf, userAnswer } from './user-answer.ts';
import { whoHolds } from './user-name-holder.ts';

/** RFC 7644 section 3.3. */
export const createUser: ScimHandler = async (request) => {
  const body = await request.body();
  if (!body.ok) return body;
  return retrying(() => onRememberedPortal(request.db, (portal) => create(request, portal, body.value)));
};

/** The answer, or undefined when the policy or the userName's holder changed meanwhile and it is worth another try. */
async function create(request: ScimRequest, portal: Portal, body: Json): Promise<Result<Answer | undefined>> {
  const projection = projectionOf(request, portal);
  if (!projection.ok) return projection;
  const created = await createOnce(request, portal, body);
  if (!created.ok || created.value === undefined) return created.ok ? ok(undefined) : created;
  return userAnswer(request, portal, projection.value, created.value, 201);
}

/** The new user, or undefined as above. */
async function createOnce(request: ScimRequest, portal: Portal, body: Json): Promise<Result<User | undefined>> {
  const { db, sources } = request;
  // 1 parse
  const read = readResource(portal.userSchema, body);
  if (!read.ok) return read;
  // 3 decide
  const decided = decideCreate({ resource: read.value.resource, named: read.value.present }, portal);
  if (!decided.ok) return decided;
  const user = decided.value;
  const attributes = [...read.value.present];
  const creation = creationOf(db.db, sources, portal, user, { attributes, ...request.author });
  // 4 commit
  const committed = await db.commit(creation.commit);
  if (!committed.ok) return committed;
  if (committed.value.kind === 'lost') return whoHolds(request, user.userNameKey);
  if (creation.hasMail) mailLater(request, creation.commit.mutationId);
  // 5 answer
  const { id, nowMs } = creation;
  const written = committed.value.results[INSERTED]?.results[0] as WrittenUser | undefined;
  return written ? ok(createdUser(id, user, written, nowMs)) : readBack(request, id);
}

/** The batch went through in an earlier try whose answer was lost, so that its rows were never seen. */
async function readBack({ db }: ScimRequest, id: string): Promise<Result<User | undefined>> {
  const loaded = await db.read([selectUser(db.db, id)]);
  if (!loaded.ok) return loaded;
  const row = (loaded.value.results[0]?.results as UserRow[] | undefined)?.[0];
  return ok(row && readUser(row));
}
