// What a user is once access has ended, as far as the policy takes something with it.
import type { Policy } from './policy.ts';
import { NO_PROFILE, type User } from './user.ts';

/** The user without access, with the least role, and where it goes with that, without a profile. */
export function endedUser(user: User, policy: Policy): User {
  const ended = { ...user, active: false, role: policy.defaultRole };
  return policy.deactivation.profile === 'keep' ? ended : { ...ended, ...NO_PROFILE, externalId: user.externalId };
}
