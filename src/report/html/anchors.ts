/** Where things are on the page, and where links may lead. Pure. */
import { wellFormed } from '../text.js';

/** The id of a release: whatever is not plain in a version is spelt out, so that no two versions share one. */
export function anchorOf(version: string): string {
  const plain = version.replaceAll(
    /[^\dA-Za-z.-]/gu,
    (sign) => `_${(sign.codePointAt(0) ?? 0).toString(16)}_`,
  );
  return `release-${plain}`;
}

/** The address if it is an https one without a password in it, as the browser understands it; else null. */
export function httpsOnly(address: string): string | null {
  return webOnly(address, ['https:']);
}

/** The same where http will do: for what the user has configured. */
export function webOnly(address: string, protocols: readonly string[] = ['https:', 'http:']): string | null {
  if (!URL.canParse(address)) return null;
  const { protocol, username, password, href } = new URL(address);
  return protocols.includes(protocol) && username === '' && password === '' ? href : null;
}

/** The page of a release at the registry, or that of the package. */
export function npmPage(packageName: string, version?: string): string {
  const name = packageName.split('/').map(encoded).join('/').replace('%40', '@');
  const page = `https://www.npmjs.com/package/${name}`;
  return version === undefined ? page : `${page}/v/${encoded(version)}`;
}

/** Half a surrogate pair has no encoding. */
const encoded = (text: string): string => encodeURIComponent(wellFormed(text));
