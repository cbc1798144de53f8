/**
 * Module hooks by which a scenario's file finds this very copy of mcp-bisect, wherever the file lies: it need not be
 * installed beside it, and an older copy that is does not get in the way.
 */
import type { ResolveHookContext, ResolveFnOutput } from 'node:module';

let entry = '';

/** @param data the URL of the library's entry */
export function initialize(data: { readonly entry: string }): void {
  entry = data.entry;
}

type Answer = ResolveFnOutput | Promise<ResolveFnOutput>;

/** Answers `mcp-bisect` with the entry, and leaves the rest to Node. */
export function resolve<Given extends Answer>(
  specifier: string,
  context: ResolveHookContext,
  next: (specifier: string, context: ResolveHookContext) => Given,
): Given | ResolveFnOutput {
  if (specifier === 'mcp-bisect') return { url: entry, format: 'module', shortCircuit: true };
  return next(specifier, context);
}
