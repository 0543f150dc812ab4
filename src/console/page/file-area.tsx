// A field of many lines that the text of a file goes into: chosen where scripts run, pasted otherwise.
import { ASSETS } from './assets.ts';
import { TextArea } from './text-area.tsx';

/** The script that reads files. */
export const FILE_SCRIPT = ASSETS.readFile.path;

interface FileAreaProps {
  /** Unique on the page. */
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly rows: number;
  readonly maxlength: number;
  readonly value: string;
  readonly required?: boolean;
  readonly isWrong: boolean;
  /** What files the browser offers: endings and media types. */
  readonly accept: string;
}

export function FileArea({ accept, ...field }: FileAreaProps) {
  return (
    <div class="lines">
      <TextArea {...field} />
      <p class="file" data-file-for={field.name} hidden>
        <label>
          <span>
            or from a file<span class="unseen">: {field.label}</span>
          </span>
          <input type="file" accept={accept} autocomplete="off" />
        </label>
      </p>
    </div>
  );
}
