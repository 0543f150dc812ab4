// Ending the brake alone: what it holds stays held.
import { liftBrake } from '../../directory/brake-lift.ts';
import type { Answer, Posted } from '../exchange.ts';
import { seeOther } from '../page/answer.ts';
import { refuse } from './restore.tsx';

/** POST: lifts the brake. */
export async function postLift(form: Posted): Promise<Answer> {
  const lifted = await liftBrake(form.context);
  if (!lifted.ok) return refuse(form, lifted.failure);
  return { response: seeOther(form, `/console/brake?done=${lifted.value ? 'lifted' : 'unlifted'}`) };
}
