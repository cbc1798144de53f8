import { homedir } from 'node:os';

try {
  homedir();
} catch {
  // A container may run under a number that has no name and no home. npm's settings ask for one, and to ask throws.
  process.env.HOME = '/nonexistent';
}
