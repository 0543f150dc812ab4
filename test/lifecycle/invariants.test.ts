// A portal's whole life at random, beside a model of it written from the documentation. After every step all that is stored is
// searched and held against the model. INVARIANT_RUNS says how many lives; without it, a few for every preset.
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { it, vi } from 'vitest';
import { PRESETS, type PresetName } from '../../src/directory/presets.ts';
import { everybodyLeaves, settle } from '../support/model/ending.ts';
import { beginning, commands, IN_USE } from '../support/model/lives.ts';
import { play } from '../support/model/play.ts';
import { beginWorld } from '../support/model/world.ts';

const RUNS = Number(env.INVARIANT_RUNS || 16);
/** A failure is made smaller for this long at most, and printed then. */
const LIMIT_MS = 120_000 + RUNS * 10_000;

it.for(Object.keys(PRESETS) as PresetName[])(
  'whatever happens to a portal of the preset %s, the invariants hold',
  {
    timeout: LIMIT_MS + 30_000,
  },
  async (preset) => {
    vi.spyOn(console, 'log').mockImplementation(() => undefined);
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    await fc.assert(
      fc.asyncProperty(beginning(preset), commands, async (begins, life) => {
        const world = await beginWorld(begins);
        for (const one of [...(begins.inUse ? IN_USE : []), ...life]) await play(world, one);
        await settle(world);
        await everybodyLeaves(world);
      }),
      { numRuns: RUNS, interruptAfterTimeLimit: LIMIT_MS },
    );
  },
);
