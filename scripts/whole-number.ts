// An option of a command that takes a number.
import { InvalidArgumentError } from 'commander';

/** A parser of whole numbers from `least` to `most`; commander shows what it throws. */
export function parseWhole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : -1;
    if (value < least || value > most) throw new InvalidArgumentError(`It takes a number from ${least} to ${most}.`);
    return value;
  };
}
