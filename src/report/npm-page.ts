import { wellFormed } from './text.js';

/** The page of a release at the registry, or that of the package. */
export function npmPage(packageName: string, version?: string): string {
  const name = packageName.split('/').map(encoded).join('/').replace('%40', '@');
  const page = `https://www.npmjs.com/package/${name}`;
  return version === undefined ? page : `${page}/v/${encoded(version)}`;
}

/** Half a surrogate pair has no encoding. */
const encoded = (text: string): string => encodeURIComponent(wellFormed(text));
