// Settings: the name and the brake to change, everything else to read, with who can change it.
import { type BrakeStatus, readBrake, selectBrake } from '../../directory/brake-status.ts';
import { isOwn } from '../../directory/choices.ts';
import { brakeIsAdmins, type PortalSettings, settingsOf } from '../../directory/portal-settings.ts';
import { printable } from '../../printable.ts';
import type { Addressed, Answer, SignedIn } from '../exchange.ts';
import { pageResponse } from '../page/answer.ts';
import { ConfigurationTabs } from '../page/configuration-tabs.tsx';
import { ActionForm, TextField } from '../page/fields.tsx';
import { doneNote, type NoticeProps } from '../page/notice.tsx';
import { Shell } from '../page/shell.tsx';
import { type BrakeField, BrakeForm, type BrakeTyped, brakeTyped, limitSentence } from './brake-form.tsx';
import { CHOICE_SECTIONS } from './choice-texts.ts';
import { ChoiceList, FeatureList, RunBy, TeamList } from './read-only.tsx';
import { settingsRowOf } from './settings-row.ts';

const DONE = {
  name: 'The portal has its new name.',
  brake: 'The brake is set. It counts by this from now on.',
} as const;
const TEAMS = 50;

/** What the page reads: how the brake stands, and the teams, one more than are shown. */
export function selectSettingsPage({ env, sources }: Pick<Addressed, 'env' | 'sources'>): D1PreparedStatement[] {
  const { DB } = env;
  const teams = DB.prepare(`SELECT name FROM teams ORDER BY name LIMIT ${TEAMS + 1}`);
  return [...selectBrake(DB, Math.trunc(sources.nowMs()), { count: 0 }), teams];
}

/** GET: the settings. */
export async function showSettings(screen: SignedIn): Promise<Answer> {
  const note = doneNote(screen.url, DONE);
  return { response: await settingsPage(screen, screen.results, { status: 200, ...(note ? { note } : {}) }) };
}

/** How a form came back: what was typed, and what is wrong. */
export interface Again {
  readonly status: number;
  readonly note?: NoticeProps;
  readonly name?: string;
  readonly brake?: BrakeTyped;
  readonly wrong?: BrakeField | 'name' | undefined;
}

/** The page, of the results of `selectSettingsPage`. */
export function settingsPage(screen: SignedIn, results: readonly D1Result[], again: Again): Promise<Response> {
  const settings = settingsOf(settingsRowOf(screen.session));
  const teams = (results.at(-1)?.results as { name: string }[] | undefined) ?? [];
  const brake = readBrake(results, settings.policy.brake, settings.activeCount);
  return pageResponse(
    screen,
    again.status,
    <Shell title="Settings" section="settings" screen={screen} note={again.note}>
      <ConfigurationTabs here="settings" />
      <h1>Settings</h1>
      <Links brake={brake} />
      <h2 id="name">Name</h2>
      <NameForm screen={screen} settings={settings} again={again} />
      <h2 id="brake">The brake</h2>
      <BrakePanel screen={screen} settings={settings} again={again} limit={brake.limit} />
      <h2>Policy</h2>
      <RunBy settings={settings} />
      {CHOICE_SECTIONS.map(({ title, names }) => (
        <ChoiceList title={title} names={names} settings={settings} />
      ))}
      <FeatureList settings={settings} />
      {settings.policy.teamBy === 'division' || teams.length > 0 ? (
        <TeamList teams={teams.slice(0, TEAMS).map(({ name }) => name)} isMore={teams.length > TEAMS} />
      ) : null}
      <SessionPanel screen={screen} />
    </Shell>,
  );
}

function Links({ brake: { engaged, policy, heldUsers } }: { readonly brake: BrakeStatus }) {
  const state = engaged ? 'Engaged' : policy.state === 'on' ? 'Watching' : 'Off';
  return (
    <ul class="doors">
      <li>
        <a class="panel" href="/console/brake">
          <strong>The brake</strong>
          <small>{heldUsers > 0 ? `${state}; people are held` : state}</small>
        </a>
      </li>
      <li>
        <a class="panel" href="/console/mails">
          <strong>Mails to admins</strong>
          <small>What was sent, what waits, what could not go out</small>
        </a>
      </li>
      <li>
        <a class="panel" href="#sessions">
          <strong>Your sessions</strong>
          <small>Sign out everywhere</small>
        </a>
      </li>
    </ul>
  );
}

interface FormProps {
  readonly screen: SignedIn;
  readonly settings: PortalSettings;
  readonly again: Again;
}

function NameForm({ screen: { formToken }, settings, again }: FormProps) {
  return (
    <section class="panel setting">
      <ActionForm action="/console/settings/name" formToken={formToken} submit="Save the name" inline>
        <input type="hidden" name="version" value={String(settings.version)} />
        <TextField
          name="name"
          label="Name of the portal"
          hint="People see it here and in the subject of every mail."
          value={again.name ?? settings.name}
          maxlength={100}
          required
          isWrong={again.wrong === 'name'}
        />
      </ActionForm>
    </section>
  );
}

function BrakePanel({ screen, settings, again, limit }: FormProps & { readonly limit: number }) {
  const { policy, own, version, activeCount } = settings;
  if (!brakeIsAdmins(settings)) {
    return (
      <section class="panel setting">
        <p>
          This portal has no brake: a flood of deactivations destroys what people leave, as the policy below says.
          Whoever runs the portal can switch it on; its limits can be changed here then.
        </p>
        <code>npm run portal -- policy set brake.state on</code>
      </section>
    );
  }
  const from = isOwn(own, 'brake.percent') || isOwn(own, 'brake.number') || isOwn(own, 'brake.atLeast');
  return (
    <section class="panel setting">
      <BrakeForm
        typed={again.brake ?? brakeTyped(policy)}
        version={version}
        formToken={screen.formToken}
        wrong={again.wrong === 'name' ? undefined : again.wrong}
      />
      <p class="hint">
        {policy.brake.state === 'on' ? `${limitSentence(limit, activeCount)} ` : ''}
        {from ? 'These limits are this portal’s own.' : `These limits come from the preset ${settings.preset}.`}
        {policy.brake.state === 'on' ? ' Switched off, it still keeps what it holds, and holds nothing more.' : ''}
      </p>
    </section>
  );
}

function SessionPanel({ screen: { session, formToken } }: { readonly screen: SignedIn }) {
  return (
    <>
      <h2 id="sessions">Your sessions</h2>
      <section class="panel setting">
        <p>
          Signed in as {printable(session.userName, 80)}. Ends every session of yours, in this browser and in all
          others.
        </p>
        <ActionForm
          action="/console/sign-out-everywhere"
          formToken={formToken}
          submit="Sign out everywhere"
          look="quiet"
        />
      </section>
    </>
  );
}
