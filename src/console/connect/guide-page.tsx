// The page of one guide: the steps with this portal's values, and beside them the live check of the chosen key.
import { printable } from '../../printable.ts';
import type { Addressed, Answer, SignedIn } from '../exchange.ts';
import { pageResponse } from '../page/answer.ts';
import { BackLink } from '../page/back-link.tsx';
import { COPY_SCRIPT } from '../page/copy-field.tsx';
import { SelectField } from '../page/fields.tsx';
import { LIVE_SCRIPT, LiveBox, newsResponse } from '../page/live-box.tsx';
import type { NoticeProps } from '../page/notice.tsx';
import { Shell } from '../page/shell.tsx';
import { CheckBox } from './check-box.tsx';
import { memoryQuery, readMemory } from './check-memory.ts';
import { type Look, readLook, selectLook } from './check-query.ts';
import { checkRows } from './check-rows.ts';
import { CLIENT_GUIDE } from './client-guide.ts';
import { ENTRA_GUIDE } from './entra-guide.ts';
import { type GuideFacts, type GuideTable, guideFor, type IdpName } from './guide.ts';
import { StepPanel } from './guide-parts.tsx';
import { type ConnectKey, selectConnectKeys } from './key-query.ts';
import { OKTA_GUIDE } from './okta-guide.ts';

const GUIDES: Readonly<Record<IdpName, GuideTable>> = { okta: OKTA_GUIDE, entra: ENTRA_GUIDE, other: CLIENT_GUIDE };

const LOOK_EVERY_SECONDS = 3;

/** The id of the key in the address, which may be nobody's; null where the address leaves the choice to us. */
function keyIn(url: URL): string | null {
  const id = url.searchParams.get('key') ?? '';
  if (id === '') return null;
  return /^[\w-]{1,64}$/.test(id) ? id : 'none';
}

/** What a guide reads: the keys, and a first look for the chosen one. */
export function selectGuide({ env, sources, url }: Addressed): readonly D1PreparedStatement[] {
  const nowMs = Math.trunc(sources.nowMs());
  return [selectConnectKeys(env.DB, nowMs), ...selectLook(env.DB, keyIn(url), nowMs, undefined)];
}

/** What the live part reads. */
export function selectCheck({ env, sources, url }: Addressed): readonly D1PreparedStatement[] {
  return selectLook(env.DB, keyIn(url), Math.trunc(sources.nowMs()), readMemory(url.searchParams));
}

/** GET: the live part of a guide alone. */
export async function showCheck(screen: SignedIn, idp: IdpName): Promise<Answer> {
  const look = readLook(screen.results, readMemory(screen.url.searchParams));
  const part = <Check screen={screen} idp={idp} look={look} />;
  return { response: await newsResponse(screen, part, { next: checkAddress(idp, look), place: 'whole' }) };
}

/** GET: a guide. */
export async function showGuide(screen: SignedIn, idp: IdpName): Promise<Answer> {
  const [keyRows, ...lookRows] = screen.results;
  const keys = (keyRows?.results ?? []) as unknown as ConnectKey[];
  const look = readLook(lookRows, undefined);
  const { name, lead, steps } = guideFor(GUIDES[idp], factsOf(screen, look.key));
  const page = (
    <Shell
      title={`Connect ${name}`}
      section="connect"
      screen={screen}
      scripts={[COPY_SCRIPT, LIVE_SCRIPT]}
      note={noteOf(screen, look)}
    >
      <BackLink href="/console/connect" name="Connect" />
      <h1>Connect {name}</h1>
      <p class="lead">{lead}</p>
      <KeyChoice keys={keys} chosen={look.key} idp={idp} />
      <div class="guide">
        <aside class="panel" id="check" tabindex={0} aria-labelledby="check-title">
          <h2 id="check-title">Live check</h2>
          <LiveBox
            from={checkAddress(idp, look)}
            everySeconds={LOOK_EVERY_SECONDS}
            label="What has arrived so far"
            now={screen.nowMs}
          >
            <Check screen={screen} idp={idp} look={look} />
          </LiveBox>
          <LocalNote screen={screen} />
          <noscript>
            <p>
              <a href={screen.url.pathname + screen.url.search}>Look again</a>
            </p>
          </noscript>
        </aside>
        <ol class="steps">
          {steps.map((step, i) => (
            <StepPanel step={step} number={i + 1} />
          ))}
        </ol>
      </div>
    </Shell>
  );
  return { response: await pageResponse(screen, 200, page) };
}

function factsOf({ url, portal }: SignedIn, key: ConnectKey | undefined): GuideFacts {
  const { policy, extensionUrn } = portal;
  const alive = key?.state === 'alive' ? key : undefined;
  const client = alive?.grant ? { id: alive.id, grant: alive.grant } : undefined;
  return { origin: url.origin, username: client ? undefined : alive?.username, client, policy, extensionUrn };
}

function noteOf({ url }: SignedIn, { key }: Look): NoticeProps | undefined {
  if (!key) return keyIn(url) === null ? undefined : { kind: 'act', children: 'There is no such key.' };
  if (key.state !== 'alive' || key.replacedBy === null) return undefined;
  const children = (
    <>
      This key is being replaced and ends soon: enter <a href={`${url.pathname}?key=${key.replacedBy}`}>the new one</a>.
    </>
  );
  return { kind: 'soon', children };
}

/** Where no identity provider can reach the portal. */
function LocalNote({ screen: { url } }: { readonly screen: SignedIn }) {
  if (url.protocol === 'https:') return null;
  return (
    <p class="local">
      This portal runs on this machine, where no identity provider reaches it. One can be played:{' '}
      <code>npm run simulate -- okta</code> or <code>entra</code>.
    </p>
  );
}

interface KeyChoiceProps {
  readonly keys: readonly ConnectKey[];
  readonly chosen: ConnectKey | undefined;
  readonly idp: IdpName;
}

/** Which key the guide is about, and the way to another one. */
function KeyChoice({ keys, chosen, idp }: KeyChoiceProps) {
  const others = keys.filter(({ id, state }) => state === 'alive' || id === chosen?.id);
  if (others.length < 2) return null;
  const options = others.map((key) => ({ value: key.id, text: keyName(key) }));
  return (
    <form method="get" action={`/console/connect/${idp}`} class="inline choice">
      <SelectField name="key" label="Key or client" options={options} value={chosen?.id} />
      <button type="submit" class="quiet">
        Use this
      </button>
    </form>
  );
}

/** A key in words. */
function keyName({ label, username, grant }: ConnectKey): string {
  const kind = grant === null ? '' : 'OAuth client, ';
  return `${printable(label, 60)} (${kind}${printable(username, 80)})`;
}

interface CheckProps {
  readonly screen: SignedIn;
  readonly idp: IdpName;
  readonly look: Look;
}

function Check({ screen: { url, nowMs }, idp, look }: CheckProps) {
  const rows = checkRows(look, { idp, origin: url.origin, nowMs });
  return <CheckBox rows={rows} now={nowMs} isSearching={look.memory.oldest > 0} />;
}

function checkAddress(idp: IdpName, { key, memory }: Look): string {
  const which = key ? `key=${key.id}&` : '';
  return `/console/connect/${idp}/check?${which}${memoryQuery(memory)}`;
}
