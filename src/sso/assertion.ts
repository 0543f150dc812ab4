// What a verified response of the identity provider says.

/** One signed assertion. Texts are as the identity provider sent them. */
export interface Assertion {
  readonly id: string;
  readonly issuer: string;
  /** The Unique User Identifier. */
  readonly nameId: string;
  readonly nameIdFormat: string | null;
  /** The ID of the request that it answers; null where the identity provider began. */
  readonly inResponseTo: string | null;
  /** From then on nobody would accept it, with the allowed skew of clocks; UTC milliseconds. */
  readonly deadAtMs: number;
  /** By the names of the claims as they were sent, each with all its values. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}
