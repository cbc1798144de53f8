/** Single facts of a report's environment. Pure. */
import type { Report } from './report.js';

/** Of the facts of environment.ts those that are said elsewhere as well. */
export type KnownFact = 'Operating system' | 'Rounds from earlier runs';

/** The value of a fact; undefined where the report does not have it. */
export const factOf = ({ environment }: Pick<Report, 'environment'>, name: KnownFact): string | undefined =>
  environment.find((fact) => fact.name === name)?.value;
