// The order in which the operations of a bulk request run: as sent, except that what an operation refers to comes before it.
// Circles are broken where they begin: that resource is created without the references, which a later step adds.
import type { BulkOperation } from './bulk.ts';
import { referencesOf } from './bulk-references.ts';

export type BulkStep =
  /** Run the operation at `index`, without the references to `later`. */
  | { readonly kind: 'run'; readonly index: number; readonly later: ReadonlySet<string> }
  /** Add the references to `later` to what the operation at `index` created. */
  | { readonly kind: 'complete'; readonly index: number; readonly later: ReadonlySet<string> };

export interface BulkPlan {
  readonly steps: readonly BulkStep[];
  /** Of each operation, the bulkIds it refers to that no POST of the request has. */
  readonly unknown: readonly (readonly string[])[];
}

/** Plans the operations, each exactly once. */
export function planBulk(operations: readonly BulkOperation[]): BulkPlan {
  const creates = new Map<string, number>();
  for (const [index, { method, bulkId }] of operations.entries()) {
    if (method === 'POST' && bulkId !== undefined) creates.set(bulkId, index);
  }
  const references = operations.map((operation) => [...referencesOf(operation)]);
  return {
    steps: new Order(creates, references).steps(),
    unknown: references.map((bulkIds) => bulkIds.filter((bulkId) => !creates.has(bulkId))),
  };
}

class Order {
  /** Of each operation, the operations it waits for, by the bulkId that names them. */
  readonly #waits: readonly ReadonlyMap<string, number>[];
  readonly #seen = new Set<number>();
  readonly #done = new Set<number>();
  readonly #incomplete = new Map<number, ReadonlySet<string>>();
  readonly #steps: BulkStep[] = [];

  constructor(creates: ReadonlyMap<string, number>, references: readonly (readonly string[])[]) {
    this.#waits = references.map((bulkIds) => {
      const known = bulkIds.map((bulkId) => [bulkId, creates.get(bulkId)] as const);
      return new Map(known.filter((wait): wait is readonly [string, number] => wait[1] !== undefined));
    });
  }

  steps(): readonly BulkStep[] {
    for (const index of this.#waits.keys()) this.#visit(index);
    return this.#steps;
  }

  /** What the operation waits for, then the operation. What is seen but not done then is further up in its own circle. */
  #visit(index: number): void {
    if (this.#seen.has(index)) return;
    this.#seen.add(index);
    for (const waited of this.#waits[index]?.values() ?? []) this.#visit(waited);
    const later = this.#openWaits(index);
    this.#steps.push({ kind: 'run', index, later });
    this.#done.add(index);
    if (later.size > 0) this.#incomplete.set(index, later);
    this.#completeWhatCanBe();
  }

  #openWaits(index: number): ReadonlySet<string> {
    const waits = [...(this.#waits[index] ?? [])];
    return new Set(waits.filter(([, waited]) => !this.#done.has(waited)).map(([bulkId]) => bulkId));
  }

  #completeWhatCanBe(): void {
    for (const [index, later] of this.#incomplete) {
      if (this.#openWaits(index).size > 0) continue;
      this.#incomplete.delete(index);
      this.#steps.push({ kind: 'complete', index, later });
    }
  }
}
