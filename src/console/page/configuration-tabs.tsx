// The pages of the section Configuration, as tabs above each of them.
import { Tabs } from './tabs.tsx';

const PAGES = {
  settings: { path: '/console/settings', name: 'Settings' },
  authentication: { path: '/console/authentication', name: 'Authentication Providers' },
  teams: { path: '/console/teams', name: 'Teams' },
} as const;

/** The tabs; `here` is the page below them. */
export function ConfigurationTabs({ here }: { readonly here: keyof typeof PAGES }) {
  const tabs = Object.entries(PAGES).map(([name, page]) => ({ ...page, isHere: name === here }));
  return <Tabs label="Configuration" tabs={tabs} />;
}
