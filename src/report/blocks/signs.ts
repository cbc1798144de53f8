/** What blocks have in common: the signs before results of releases, rounds and arms, and an end of what is long. Pure. */
import type { Label, Row } from '../../search/answer.js';
import { omitted, paragraph, says, type Block, type Inline, type Shape } from '../document.js';
import type { ArmEvidence } from '../evidence.js';
import { kindOf, saidOf, type Kind } from '../rows.js';

const GLYPHS: Readonly<Record<Kind, string>> = { good: '✅', bad: '❌', unsure: '❓', unknown: '' };
const SHAPES: Readonly<Record<Kind, Shape>> = { good: 'good', bad: 'bad', unsure: 'skip', unknown: 'none' };

/** The ways of being unsure are told apart where they are drawn. */
const UNSURE: Readonly<Partial<Record<Label, Shape>>> = {
  flaky: 'flaky',
  'different failure': 'other',
  suspect: 'suspect',
};

const sign = (kind: Kind, shape: Shape = SHAPES[kind], isHollow = false): Inline => ({
  kind: 'sign',
  shape,
  glyph: GLYPHS[kind],
  isHollow,
});

/** `❌ first broken` */
export function resultOf(row: Pick<Row, 'label' | 'said' | 'basis'>, said: Inline = saidOf(row)): Inline {
  const drawn = sign(kindOf(row.label), UNSURE[row.label], row.basis !== 'tested');
  return says`${drawn} ${said}`;
}

const VERDICTS = { good: 'good', bad: 'bad', skip: 'unsure' } as const;
const OUTCOMES = { pass: 'good', fail: 'bad', unclear: 'unsure' } as const;

/** Of what a release came to; empty where that is not known. */
export const verdictSign = (verdict: Row['verdict']): Inline =>
  verdict === null ? '' : alone(VERDICTS[verdict], verdict);

/** Of an arm. */
export const outcomeSign = (outcome: ArmEvidence['outcome']): Inline => alone(OUTCOMES[outcome], outcome);

const alone = (kind: Kind, word: string): Inline => ({
  kind: 'sign',
  shape: SHAPES[kind],
  glyph: GLYPHS[kind],
  isHollow: false,
  word,
});

/** The first of them, as `show` lays them out, and how many more there are. */
export const bounded = <T>(
  all: readonly T[],
  most: number,
  noun: string,
  show: (shown: readonly T[]) => Block,
): Block[] => [show(all.slice(0, most)), paragraph(omitted(all.length - most, noun))];
