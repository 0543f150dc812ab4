// What a request wants of a group, in a form that needs no knowledge of its members: any sequence of additions and removals is
// the same as perhaps clearing, then removing some ids, then adding some.

export interface MembershipChange {
  /** Whether everybody leaves who is not added. */
  readonly cleared: boolean;
  readonly added: ReadonlySet<string>;
  /** Disjoint from `added`; empty when cleared. */
  readonly removed: ReadonlySet<string>;
}

/** What is undefined stays as it is. */
export interface GroupChange {
  readonly displayName: string | undefined;
  readonly externalId: string | null | undefined;
  readonly membership: MembershipChange;
}

/** A change in the making: one operation after the other, the later one wins. */
export class GroupChangeDraft implements GroupChange {
  displayName: string | undefined;
  externalId: string | null | undefined;
  #cleared = false;
  readonly #added = new Set<string>();
  readonly #removed = new Set<string>();

  get membership(): MembershipChange {
    return { cleared: this.#cleared, added: this.#added, removed: this.#removed };
  }

  addMembers(ids: Iterable<string>): void {
    for (const id of ids) {
      this.#removed.delete(id);
      this.#added.add(id);
    }
  }

  removeMembers(ids: Iterable<string>): void {
    for (const id of ids) {
      this.#added.delete(id);
      if (!this.#cleared) this.#removed.add(id);
    }
  }

  clearMembers(): void {
    this.#cleared = true;
    this.#added.clear();
    this.#removed.clear();
  }
}
