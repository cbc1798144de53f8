/**
 * Colours for both themes. Hues are those of Okabe and Ito (bluish green, vermilion, orange, blue), which the colour-blind
 * tell apart; darker or lighter where text needs a contrast of 4.5.
 */
export const COLOURS = `
:root {
  color-scheme: light dark;
  --paper: #fff;
  --back: #f7f8f9;
  --sunk: #f1f3f5;
  --ink: #1a2027;
  --soft: #55606d;
  --line: #d8dde3;
  --accent: #005f99;
  --good: #00704f;
  --good-back: #e8f5f0;
  --bad: #ad3f00;
  --bad-back: #fdf0e8;
  --doubt: #7c5200;
  --doubt-back: #fdf5e3;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #171b20;
    --back: #101317;
    --sunk: #1e242b;
    --ink: #e6e9ed;
    --soft: #a2acb8;
    --line: #333b45;
    --accent: #7cc0f2;
    --good: #52cfa4;
    --good-back: #12291f;
    --bad: #ff9d66;
    --bad-back: #33200f;
    --doubt: #ecbb52;
    --doubt-back: #2e2510;
  }
}
.good { --tone: var(--good); --tone-back: var(--good-back); }
.bad { --tone: var(--bad); --tone-back: var(--bad-back); }
.doubt { --tone: var(--doubt); --tone-back: var(--doubt-back); }
.none, .plain { --tone: var(--soft); --tone-back: var(--sunk); }
.tested { --fill: var(--tone); --sign: var(--paper); }
.inferred, .unknown { --fill: var(--paper); --sign: var(--tone); }
.mark { color: var(--tone); width: 1.25em; height: 1.25em; flex: none; vertical-align: -0.28em; }
.body { fill: var(--fill); stroke: var(--tone); stroke-width: 1.6; }
.sign { fill: none; stroke: var(--sign); stroke-width: 1.9; stroke-linecap: round; stroke-linejoin: round; }
.symbols { position: absolute; }
`;
