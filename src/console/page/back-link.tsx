// The way to the page above, over the heading: it says where it leads.

interface BackProps {
  readonly href: string;
  /** What that page is called. */
  readonly name: string;
}

export function BackLink({ href, name }: BackProps) {
  return (
    <p class="back">
      <a href={href}>{name}</a>
    </p>
  );
}
