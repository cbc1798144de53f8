/** Where things are on the page, and where links may lead. Pure. */

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
  if (!URL.canParse(address)) return null;
  const { protocol, username, password, href } = new URL(address);
  return protocol === 'https:' && username === '' && password === '' ? href : null;
}

/** The page of a release at the registry. */
export function npmPage(packageName: string, version: string): string {
  const name = packageName.split('/').map(encodeURIComponent).join('/').replace('%40', '@');
  return `https://www.npmjs.com/package/${name}/v/${encodeURIComponent(version)}`;
}
