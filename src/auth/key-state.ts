// What a key is worth at a moment. Pure; the question itself is decided by D1, by the same facts.

/** The facts that decide it; times are UTC milliseconds. */
export interface KeyFacts {
  readonly purpose: 'api' | 'scim' | 'oauth';
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  readonly replacedBy: string | null;
  /** 1 while the owner is an active admin. */
  readonly ownerIsAdmin: 0 | 1;
}

export type KeyState =
  | { readonly kind: 'revoked'; readonly at: number }
  | { readonly kind: 'expired'; readonly at: number }
  /** It has no secret yet. */
  | { readonly kind: 'unused' }
  /** It works as soon as its owner is an active admin. */
  | { readonly kind: 'ownerless' }
  /** It works until then, beside the key that takes its place. */
  | { readonly kind: 'replaced'; readonly by: string; readonly until: number }
  | { readonly kind: 'alive'; readonly until: number | null };

/** The state of a key. Where several things are true, the one that cannot be undone is told. */
export function keyState(key: KeyFacts, nowMs: number): KeyState {
  const { purpose, expiresAt, revokedAt, replacedBy, ownerIsAdmin } = key;
  if (revokedAt !== null) return { kind: 'revoked', at: revokedAt };
  if (expiresAt !== null && expiresAt <= nowMs) return { kind: 'expired', at: expiresAt };
  if (purpose === 'api') return { kind: 'unused' };
  if (ownerIsAdmin === 0) return { kind: 'ownerless' };
  if (replacedBy !== null && expiresAt !== null) return { kind: 'replaced', by: replacedBy, until: expiresAt };
  return { kind: 'alive', until: expiresAt };
}

/** Of the key that takes the place of another: when it was revoked, and when it ends. */
export interface SuccessorFacts {
  readonly replacedBy: string | null;
  readonly successorRevokedAt: number | null;
  readonly successorExpiresAt: number | null;
}

/** Whether the key that was to take the place of this one has ended itself. */
export function successorEnded(key: SuccessorFacts, nowMs: number): boolean {
  const { replacedBy, successorRevokedAt, successorExpiresAt } = key;
  if (replacedBy === null) return false;
  return successorRevokedAt !== null || (successorExpiresAt !== null && successorExpiresAt <= nowMs);
}

/** Whether the key has ended for good. */
export function isOver({ kind }: KeyState): boolean {
  return kind === 'revoked' || kind === 'expired';
}
