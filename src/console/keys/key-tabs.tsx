// What can present itself to SCIM, as tabs above each list.
import { Tabs } from '../page/tabs.tsx';

const PAGES = {
  keys: { path: '/console/keys', name: 'API keys' },
  clients: { path: '/console/clients', name: 'OAuth clients' },
} as const;

/** The tabs; `here` is the list below them. */
export function KeyTabs({ here }: { readonly here: keyof typeof PAGES }) {
  const tabs = Object.entries(PAGES).map(([name, page]) => ({ ...page, isHere: name === here }));
  return <Tabs label="Access for identity providers" tabs={tabs} />;
}
