// All documents that must be refused.
import { ALGORITHMS } from './algorithms.ts';
import { BYTES } from './bytes.ts';
import { CLAIMS } from './claims.ts';
import type { HostileDocument } from './hostile-document.ts';
import { CHANGED, FORGED_KEYS } from './keys.ts';
import { MARKUP } from './markup.ts';
import { STRUCTURES } from './structure.ts';
import { WRAPPED, WRAPPED_OTHERWISE } from './wrapping.ts';

export const HOSTILE_DOCUMENTS: readonly HostileDocument[] = [
  ...WRAPPED,
  ...WRAPPED_OTHERWISE,
  ...MARKUP,
  ...STRUCTURES,
  ...FORGED_KEYS,
  ...ALGORITHMS,
  ...CHANGED,
  ...CLAIMS,
  ...BYTES,
];
