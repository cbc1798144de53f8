/** The file of a scenario, as it goes from its author to a report and to whoever reads that. */

/** What a file may be called that others write: no folders, and nothing that a shell or a page reads. */
export const CARRIED_NAME = /^\w[\w.-]{0,99}\.[cm]?[jt]s$/;

/** The file that a scenario was read from, as it is carried to others. */
export interface ScenarioFile {
  /** Its name without folders: `session-404.mjs` (`CARRIED_NAME`). */
  readonly name: string;
  readonly text: string;
  /** What it imports beside mcp-bisect and Node's own modules: that is not carried. */
  readonly imports: readonly string[];
}
