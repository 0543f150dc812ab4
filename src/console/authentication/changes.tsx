// The forms of single sign-on. What changes trust while it is on is asked about first. Each carries what it was shown with, so that two admins cannot undo each other unseen, and a form that was
// refused comes back with what was typed.
import { type Failure, kindOf } from '../../failure.ts';
import { sendOutboxOf } from '../../outbox/work-outbox.ts';
import { readIdpMetadata } from '../../sso/idp-metadata.ts';
import { changedSince } from '../../sso/portal-column.ts';
import { MAX_CERTIFICATES, type SsoSettings } from '../../sso/settings.ts';
import { withExactly, withMetadata, withTyped } from '../../sso/settings-change.ts';
import { type EndedSessions, type SavedSso, saveSso, switchSso } from '../../sso/sso-store.ts';
import { faultFailure } from '../../storage/fault-failure.ts';
import { readBatch } from '../../storage/read.ts';
import type { Answer, Posted } from '../exchange.ts';
import { seeOther } from '../page/answer.ts';
import { failureNote } from '../page/notice.tsx';
import { broken } from '../page/refusal.tsx';
import { asksFirst, changePage } from './change-page.tsx';
import { type Again, type Done, providerPage } from './provider-page.tsx';
import { type Provider, readProvider, selectProvider } from './provider-query.ts';
import { endsOf } from './session-end.tsx';
import type { TypedFields, WrongField } from './settings-form.tsx';

export const HERE = '/console/authentication';

/** POST: the settings, field by field. */
export async function postSettings(form: Posted): Promise<Answer> {
  const provider = readProvider(form, form.results);
  const typed = typedOf(form.form);
  const stale = staleness(form, provider);
  if (stale) return again(form, stale, {});
  const changed = withTyped(provider.settings, typed, form.nowMs);
  if (changed.ok) return saveOrAsk(form, provider, changed.settings, { typed });
  const wrong: WrongField = typeof changed.field === 'number' ? `certificate${changed.field}` : changed.field;
  return again(form, changed.failure, { typed, wrong });
}

/** POST: the settings as the identity provider's metadata has them. */
export async function postMetadata(form: Posted): Promise<Answer> {
  const provider = readProvider(form, form.results);
  const metadata = withoutKeys(form.form.get('metadata') ?? '');
  const stale = staleness(form, provider);
  if (stale) return again(form, stale, {});
  const read = await readIdpMetadata(metadata, form.nowMs);
  if (!read.ok) return again(form, read.failure, { metadata, wrong: 'metadata' });
  return saveOrAsk(form, provider, withMetadata(provider.settings, read.value), { metadata }, read.value.remarks);
}

async function saveOrAsk(
  form: Posted,
  provider: Provider,
  after: SsoSettings,
  typed: Pick<Again, 'typed' | 'metadata'>,
  remarks: readonly string[] = [],
): Promise<Answer> {
  const before = provider.settings;
  if (asksFirst(before, after)) return changePage(form, { provider, before, after, remarks });
  const isSame = JSON.stringify(after) === provider.row.sso;
  const done: Done = isSame ? 'same' : 'saved';
  return save(form, provider, after, remarks.length > 0 ? 'remarks' : done, typed);
}

/** POST: what was asked about. */
export async function postChange(form: Posted): Promise<Answer> {
  const provider = readProvider(form, form.results);
  const stale = staleness(form, provider);
  if (stale || !provider.settings) return again(form, stale ?? changedSince().failure, {});
  const changed = withExactly(provider.settings, typedOf(form.form), form.nowMs);
  if (!changed.ok) return again(form, changed.failure, {});
  return save(form, provider, changed.settings, 'changed', {});
}

/** Saves the settings, ends what the form says, and goes to the page. */
export async function save(
  form: Posted,
  { row }: Provider,
  settings: SsoSettings,
  done: Done,
  typed: Pick<Again, 'typed' | 'metadata'>,
): Promise<Answer> {
  const ends = endsOf(form);
  const saved = await saveSso(form.context, row.sso, settings, ends);
  return saved.ok ? finish(form, saved.value, done, ends) : again(form, saved.failure, typed);
}

function finish(form: Posted, { mailOf }: SavedSso, done: Done, ends: EndedSessions | undefined): Answer {
  const { later, laterEnv, sources } = form;
  if (mailOf !== undefined) later(() => sendOutboxOf(laterEnv, sources, mailOf));
  return { response: seeOther(form, `${HERE}?done=${done}${ends ? '&ended=yes' : ''}`) };
}

/** POST: switches single sign-on on. */
export function postOn(form: Posted): Promise<Answer> {
  return switchTo(form, 'on');
}

/** POST: switches it off. */
export function postOff(form: Posted): Promise<Answer> {
  return switchTo(form, 'off');
}

async function switchTo(form: Posted, state: 'on' | 'off'): Promise<Answer> {
  const provider = readProvider(form, form.results);
  const stale = staleness(form, provider);
  if (stale) return again(form, stale, {});
  const ends = state === 'off' ? endsOf(form) : undefined;
  const switched = await switchSso(form.context, state, provider.row.sso, { ends });
  return switched.ok ? finish(form, switched.value, state, ends) : again(form, switched.failure, {});
}

/** Why the form is not about the settings as they are; undefined where it is. */
export function staleness({ form }: Posted, { seen }: Provider): Failure | undefined {
  return form.get('seen') === seen ? undefined : changedSince().failure;
}

function typedOf(form: URLSearchParams): TypedFields {
  const text = (name: string) => form.get(name) ?? '';
  return {
    issuer: text('issuer').slice(0, 3_000),
    signInUrl: text('signInUrl').slice(0, 3_000),
    signOutUrl: text('signOutUrl').slice(0, 3_000),
    certificates: Array.from({ length: MAX_CERTIFICATES }, (_, place) => withoutKeys(text(`certificate${place}`))),
  };
}

/** A private key that was pasted is shown to nobody again. */
function withoutKeys(text: string): string {
  return text.includes('PRIVATE KEY') ? 'PRIVATE KEY' : text;
}

/** The page again, as the settings are now. */
export async function again(form: Posted, failure: Failure, typed: Omit<Again, 'status' | 'note'>): Promise<Answer> {
  const read = await readBatch(form.env.DB, [...selectProvider(form)]);
  if (read.kind === 'fault') return broken(form, HERE, faultFailure(read).failure);
  // Where somebody else was faster, the fields show what that one has entered.
  const kept = failure.code === 'precondition_failed' ? {} : typed;
  const status = kindOf(failure.code).status;
  const note = failureNote(failure);
  return { response: await providerPage(form, read.results, { ...kept, status, note }), failure };
}
