// The two halves of the section: the workspaces, and what will be or was destroyed.

const AREAS = [
  { path: '/console/workspaces', name: 'Workspaces' },
  { path: '/console/destructions', name: 'Destruction' },
] as const;

interface HeadProps {
  readonly title: string;
  /** The half that is shown. */
  readonly here: (typeof AREAS)[number]['name'];
}

/** The heading of a list of the section, with the way to the other half. */
export function AreaHead({ title, here }: HeadProps) {
  return (
    <div class="area-head">
      <h1>{title}</h1>
      <nav class="areas" aria-label="Workspaces and destruction">
        {AREAS.map(({ path, name }) => (
          <a href={path} aria-current={name === here ? 'page' : undefined}>
            {name}
          </a>
        ))}
      </nav>
    </div>
  );
}
