// Who made a change, in words: a key, a person, a first sign-in, or the command line.

import { printable } from '../printable.ts';
import { personWords, readActor } from '../storage/actor.ts';
import type { Advice } from './mail.ts';
import type { Occasion } from './occasion.ts';

type Who = Pick<
  Occasion,
  'actor' | 'keyLabel' | 'keyUsername' | 'keyIsClient' | 'actorName' | 'actingForName' | 'requestId'
>;

/** Whether an identity provider did it, through a SCIM key or a client of OAuth. */
export function isKey({ keyUsername }: Who): boolean {
  return keyUsername !== null;
}

/** Whether it came with an account that a first sign-in made. */
export function isFirstSignIn({ actor }: Pick<Who, 'actor'>): boolean {
  return actor === 'sso';
}

/** Such as `admin@acme.example acting for scim@acme.example`, or `the SCIM key "Okta" (id 0123abcd, SCIM API Username scim@acme.example)`. */
export function authorWords(who: Who): string {
  const { actor, keyLabel, keyUsername, keyIsClient, actorName, actingForName } = who;
  if (keyUsername !== null) {
    const label = keyLabel ? ` "${printable(keyLabel)}"` : '';
    return keyIsClient === 1
      ? `the OAuth client${label} (id ${actor}, acting for ${printable(keyUsername)})`
      : `the SCIM key${label} (id ${actor}, SCIM API Username ${printable(keyUsername)})`;
  }
  if (isFirstSignIn(who)) return 'their first sign-in by the identity provider';
  if (actor === 'cli') return 'the command line of the deployment';
  return personWords(printable(actorName ?? readActor(actor).id), actingForName ? printable(actingForName) : undefined);
}

/** The steps that stop an author who should not have done it; `hostname` is the portal's. */
export function stopAuthor(who: Who, hostname: string): Advice[] {
  if (isKey(who)) {
    const isClient = who.keyIsClient === 1;
    const request = who.requestId === null ? '' : ` The request to look for is ${who.requestId}.`;
    return [
      {
        say: `If none of you meant this, revoke the ${isClient ? 'client' : 'key'}: its page in the console is below, and whoever runs the portal can do it by npm run key -- revoke ${who.actor}. From that moment it changes nothing more.`,
        run: `https://${hostname}/console/${isClient ? 'clients' : 'keys'}/${encodeURIComponent(who.actor)}`,
      },
      {
        say: `Ask who manages provisioning what happened. Okta keeps it under Reports → System Log, Entra under Provisioning → Provisioning logs.${request}`,
      },
    ];
  }
  if (isFirstSignIn(who)) {
    return [
      {
        say: 'Nobody here made the account: the identity provider said userType admin when the person signed in for the first time. Correct it there too, in the attribute that the claim userType is taken from.',
      },
    ];
  }
  if (who.actor !== 'cli' && who.actorName !== null)
    return [{ say: `Ask ${printable(who.actorName)}, who made the change.` }];
  return [{ say: 'Ask whoever runs the portal: only a person with access to the deployment can do this.' }];
}
