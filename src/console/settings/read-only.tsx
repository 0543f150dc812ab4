// What admins read and whoever runs the portal changes: policy, features and teams, each with where its value comes from.
import { CHOICE_NAMES, type ChoiceName, isOwn } from '../../directory/choices.ts';
import type { Features } from '../../directory/policy.ts';
import type { PortalSettings } from '../../directory/portal-settings.ts';
import { printable } from '../../printable.ts';
import { CHOICE_TEXTS, choiceWords } from './choice-texts.ts';

interface SettingsProps {
  readonly settings: PortalSettings;
}

/** Who can change the policy, and how. */
export function RunBy({ settings }: SettingsProps) {
  const own = CHOICE_NAMES.filter((name) => isOwn(settings.own, name)).length;
  return (
    <p class="lead">
      This portal starts from the preset <strong>{settings.preset}</strong>
      {own === 0 ? ' and has changed nothing of it' : `, with ${own} choice${own === 1 ? '' : 's'} of its own`}. Only
      whoever runs the portal changes this, with <code>npm run portal -- policy set NAME VALUE</code>; ask support.
    </p>
  );
}

/** Choices with what they mean. */
export function ChoiceList({
  title,
  names,
  settings,
}: SettingsProps & { readonly title: string; readonly names: readonly ChoiceName[] }) {
  return (
    <section class="panel setting choices" aria-label={title}>
      <h3>{title}</h3>
      <dl>
        {names.map((name) => (
          <div>
            <dt>
              {CHOICE_TEXTS[name].title}
              <small>{CHOICE_TEXTS[name].about}</small>
            </dt>
            <dd>
              {printable(choiceWords(settings.policy, name), 200)}
              <Source isOwn={isOwn(settings.own, name)} name={name} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Where a value comes from, and its name on a command line. */
function Source({ isOwn: own, name }: { readonly isOwn: boolean; readonly name: string }) {
  return (
    <small>
      {own ? <span class="tag soon">this portal’s own</span> : 'from the preset'} · <code>{name}</code>
    </small>
  );
}

const FEATURES: { readonly [Name in keyof Features]: { command: string; title: string; about: string } } = {
  adminSync: {
    command: 'admin-sync',
    title: 'Admin sync',
    about: 'The identity provider makes and unmakes admins by isAdmin. The console leaves it to it then.',
  },
};

/** What support switches on. */
export function FeatureList({ settings: { features, ownFeatures } }: SettingsProps) {
  return (
    <section class="panel setting choices" aria-label="Features">
      <h3>Features</h3>
      <dl>
        {(Object.keys(FEATURES) as (keyof Features)[]).map((name) => (
          <div>
            <dt>
              {FEATURES[name].title}
              <small>{FEATURES[name].about}</small>
            </dt>
            <dd>
              {features[name] ? 'On' : 'Off'}
              <Source
                isOwn={ownFeatures[name] !== undefined}
                name={`npm run portal -- feature ${FEATURES[name].command} ${features[name] ? 'off' : 'on'}`}
              />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

interface TeamListProps {
  readonly teams: readonly string[];
  readonly isMore: boolean;
}

/** The teams by name. */
export function TeamList({ teams, isMore }: TeamListProps) {
  return (
    <section class="panel setting choices" aria-label="Teams">
      <h3>Teams</h3>
      {teams.length === 0 ? <p>No team yet.</p> : null}
      <ul class="names">
        {teams.map((name) => (
          <li class="tag">{printable(name, 60)}</li>
        ))}
        {isMore ? <li>and more</li> : null}
      </ul>
      <p class="hint">
        <a href="/console/teams">Make, rename and remove teams</a>
      </p>
    </section>
  );
}
