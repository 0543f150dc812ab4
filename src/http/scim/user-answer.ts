// A user as the answer of a request: rendered, projected, with its ETag.
import type { Portal } from '../../directory/portal.ts';
import type { User } from '../../directory/user.ts';
import { etagOf, renderUser, userLocation } from '../../directory/user-resource.ts';
import { type Failure, fail, type Result } from '../../failure.ts';
import { type Projection, project, readProjection } from '../../scim/projection.ts';
import type { Answer } from '../answer.ts';
import type { ScimRequest } from './request.ts';

/** The projection that the query asks for. */
export function projectionOf(request: ScimRequest, portal: Portal): Result<Projection> {
  const attributes = request.query.get('attributes');
  const excludedAttributes = request.query.get('excludedAttributes');
  return readProjection(portal.userSchema, {
    ...(attributes === null ? {} : { attributes }),
    ...(excludedAttributes === null ? {} : { excludedAttributes }),
  });
}

/** One user as a resource in the shape that was asked for. */
export function userResource(request: ScimRequest, portal: Portal, projection: Projection, user: User) {
  return project(renderUser(user, portal, request.baseUrl), projection, portal.userSchema);
}

/** The answer to GET, PUT and POST; 201 carries the location (RFC 7644 section 3.3). */
export function userAnswer(
  request: ScimRequest,
  portal: Portal,
  projection: Projection,
  user: User,
  status: 200 | 201 = 200,
): Answer {
  const location = status === 201 ? { Location: userLocation(user.id, request.baseUrl) } : {};
  return {
    status,
    resource: userResource(request, portal, projection, user),
    headers: { ETag: etagOf(user.version), ...location },
  };
}

/** The 404 of a user. */
export function userNotFound(): { readonly ok: false; readonly failure: Failure } {
  return fail('resource_not_found', 'No user with this id is managed through SCIM in this portal.');
}
