// What an admin of the portal can do with an account in the console: role, team, access, and who manages it. Each is one guarded
// commit, and doing it twice does nothing more.

import { fail, ok, type Result } from '../failure.ts';
import { deactivate } from '../lifecycle/deactivate.ts';
import { forgetPassword, forgetSignIns, showAccount } from '../storage/account-conversion.ts';
import { authorOf } from '../storage/journal.ts';
import { reactivateUser, updateUser } from '../storage/user-writes.ts';
import type { Account } from './account.ts';
import {
  type AccountChange,
  type AccountContext,
  type AccountWrite,
  changeAccount,
  type Situation,
} from './account-commit.ts';
import {
  LAST_ADMIN,
  roleWord,
  whyNoAdminChange,
  whyNoConversion,
  whyNoDeactivation,
  whyNoReactivation,
  whyNoRoleChange,
  whyNoTeamChange,
} from './account-rights.ts';
import { ADMIN_ROLE } from './admin-role.ts';
import { unprovisionedGuard } from './provisioning.ts';
import { teamGuard } from './team-guard.ts';
import type { User } from './user.ts';
import { endedUser } from './user-end.ts';
import { foldUser } from './user-folded.ts';
import { roleAttribute } from './user-roles.ts';

/** Grants admin rights or takes them away. Fails with `invalid_value` where the account cannot have them or the identity provider
 * decides, and with `last_admin`. */
export function setAdminRights(
  context: AccountContext,
  seq: number,
  wanted: 'granted' | 'revoked',
): Promise<Result<AccountChange>> {
  return changeAccount(context, seq, (situation) => {
    const { account, portal } = situation;
    const reason = whyNoAdminChange(account, portal);
    if (reason !== undefined) return refused(reason);
    if ((account.role === ADMIN_ROLE) === (wanted === 'granted')) return ok(undefined);
    return ok(roleWrite(context, situation, wanted === 'granted' ? ADMIN_ROLE : portal.policy.defaultRole));
  });
}

/** Gives an account a role of the portal, with all that admin rights bring where they come or go. Fails with `invalid_value` for a
 * role that is none or that the identity provider decides over, and with `last_admin`. */
export function setRole(context: AccountContext, seq: number, role: string): Promise<Result<AccountChange>> {
  return changeAccount(context, seq, (situation) => {
    const reason = whyNoRoleChange(situation.account, situation.portal, role);
    if (reason !== undefined) return refused(reason);
    return ok(situation.account.role === role ? undefined : roleWrite(context, situation, role));
  });
}

function roleWrite({ db }: AccountContext, situation: Situation, role: string): AccountWrite {
  const { account, portal, nowMs } = situation;
  const { seq } = account;
  const guards = ungoverned(db, situation);
  const folded = foldUser(nextVersion({ ...account, role }, nowMs), portal);
  const update = updateUser(db, seq, { role }, folded, nowMs);
  const adminRights = role === ADMIN_ROLE ? 'granted' : account.role === ADMIN_ROLE ? 'revoked' : undefined;
  if (adminRights === undefined) {
    return { type: 'user.updated', attributes: [roleWord(role, portal)], guards, statements: [update] };
  }
  return {
    type: `user.admin_${adminRights}`,
    attributes: [roleAttribute(portal)],
    guards,
    statements: [update, ...(adminRights === 'revoked' ? forgetSignIns(db, seq) : [])],
    adminRights: `admin_${adminRights}`,
  };
}

/** Where nothing provisions the portal, the console may have decided what it could not otherwise: nothing does at that moment still. */
function ungoverned(db: D1Database, { account, nowMs }: Situation): readonly D1PreparedStatement[] {
  return account.loginType === 'saml' && !account.isProvisioned ? [unprovisionedGuard(db, nowMs)] : [];
}

/** Puts a person of the identity provider into the team of that name; null for none. Fails with `invalid_value` where there is no such
 * team, or the division decides. */
export function setTeam(context: AccountContext, seq: number, team: string | null): Promise<Result<AccountChange>> {
  const { db } = context;
  return changeAccount(context, seq, (situation) => {
    const { account, portal, nowMs } = situation;
    const reason = whyNoTeamChange(account, portal, team);
    if (reason !== undefined) return refused(reason);
    if (account.team === team) return ok(undefined);
    const folded = foldUser(nextVersion(account, nowMs), portal);
    return ok({
      type: 'user.updated',
      attributes: ['team'],
      guards: [...ungoverned(db, situation), ...(team === null ? [] : [teamGuard(db, team)])],
      statements: [updateUser(db, seq, { team }, folded, nowMs)],
    });
  });
}

/** Ends the access of an account, with all that the policy says; the ledger's work follows by `workDestructionsOf`. The brake neither
 * counts nor holds it. Fails with `invalid_value` for the admin's own account, and with `last_admin`. */
export function deactivateAccount(context: AccountContext, seq: number): Promise<Result<AccountChange>> {
  const { db, ownSeq } = context;
  return changeAccount(context, seq, (situation) => {
    const { account, portal } = situation;
    const reason = whyNoDeactivation(account, ownSeq);
    if (reason !== undefined) return refused(reason);
    if (!account.active) return ok(undefined);
    const wasAdmin = account.role === ADMIN_ROLE;
    return ok({
      type: 'user.deactivated',
      attributes: ['active', ...(wasAdmin ? [roleAttribute(portal)] : [])],
      statements: [...endAccess(context, situation), ...(isOutside(account) ? forgetPassword(db, seq) : [])],
      ...(wasAdmin ? { adminRights: 'admin_revoked' } : {}),
    });
  });
}

function endAccess({ db, ...by }: AccountContext, { account, portal, mutationId, nowMs }: Situation) {
  const { policy } = portal;
  return deactivate(db, {
    userSeq: account.seq,
    registration: account.registration,
    mutationId,
    ...authorOf(by),
    nowMs,
    policy,
    portalVersion: portal.version,
    wasActive: true,
    remove: false,
    isOutside: isOutside(account),
    folded: foldUser(endedUser(nextVersion(account, nowMs), policy), portal),
  });
}

/** Gives access again, as `active: true` by SCIM does: under a new registration where the content was condemned, with the least role.
 * Fails with `invalid_value` for a deleted account. */
export function reactivateAccount(context: AccountContext, seq: number): Promise<Result<AccountChange>> {
  return changeAccount(context, seq, ({ account, portal, nowMs }) => {
    const reason = whyNoReactivation(account);
    if (reason !== undefined) return refused(reason);
    if (account.active) return ok(undefined);
    const role = portal.policy.defaultRole;
    const folded = foldUser({ ...nextVersion(account, nowMs), role, active: true, lastLoginAt: null }, portal);
    const changes = role === account.role ? {} : { role };
    return ok({
      type: 'user.reactivated',
      attributes: ['active', ...(role === account.role ? [] : [roleWord(role, portal)])],
      statements: reactivateUser(context.db, seq, changes, folded, nowMs, isOutside(account)),
    });
  });
}

/** Hands a password or service account to the identity provider: login type `saml`, seen by SCIM, without its password and sessions.
 * Fails with `invalid_value` for a deleted account and for the admin's own. */
export function convertAccount(context: AccountContext, seq: number): Promise<Result<AccountChange>> {
  const { db, ownSeq } = context;
  return changeAccount(context, seq, ({ account, portal, nowMs }) => {
    if (account.loginType === 'saml' && account.removedAt === null) return ok(undefined);
    const reason = whyNoConversion(account, ownSeq);
    if (reason !== undefined) return refused(reason);
    const folded = foldUser(nextVersion(account, nowMs), portal);
    return ok({
      type: 'user.updated',
      attributes: ['loginType'],
      statements: showAccount(db, account, folded, nowMs),
    });
  });
}

/** SCIM sees accounts that the identity provider manages, and no other. */
function isOutside({ loginType }: Account): boolean {
  return loginType !== 'saml';
}

function nextVersion(user: User, nowMs: number): User {
  return { ...user, version: user.version + 1, updatedAt: nowMs };
}

function refused(reason: string): Result<never> {
  return reason === LAST_ADMIN ? fail('last_admin', reason) : fail('invalid_value', `Nothing was changed. ${reason}`);
}
