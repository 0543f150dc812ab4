// Views of one list, as links: the address says which one is shown.

export interface Tab {
  readonly path: string;
  readonly name: string;
  readonly isHere: boolean;
  /** How many there are, where that is known for free. */
  readonly count?: number | undefined;
}

export function Tabs({ label, tabs }: { readonly label: string; readonly tabs: readonly Tab[] }) {
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map(({ path, name, isHere, count }) => (
        <a href={path} aria-current={isHere ? 'page' : undefined}>
          {name}
          {count === undefined ? null : <span class="count">{count.toLocaleString('en')}</span>}
        </a>
      ))}
    </nav>
  );
}
