// The one role that means something to the gateway itself; all others are names that a portal chooses.

/** The role that key owners have and that the floor of admins counts; every portal has it. */
export const ADMIN_ROLE = 'admin';
