// The one thing of Vite that tests use: it bundles the recorded dialogues, since the Workers runtime has no files.
interface ImportMeta {
  readonly glob: <Module>(
    pattern: string,
    options: { readonly eager: true; readonly import: 'default' },
  ) => Record<string, Module>;
}
