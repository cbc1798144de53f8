/** The judgement of scenarios in which an arm passes once the script has been played to its end. */
import { pass, read, unclear, type Reading } from './reading.js';
import type { ArmRecord, Finding } from './scenario.js';

/** Passes what was played to its end; of the rest fails what `failed` has clear evidence for, but never in the control. */
export function judgePlayed(record: ArmRecord, failed: (seen: Reading) => Finding | undefined): Finding {
  const seen = read(record);
  const missing = seen.missing();
  if (missing === undefined) return pass('tool called, result returned');
  return (record.arm.control ? undefined : failed(seen)) ?? unclear(missing);
}
