/** Files that the gateway serves itself: see `tools/public.ts`. */
import type { Exchange } from './exchange.ts'

/** The file at this path, in a copy whose headers may still be set. */
export async function assetAt({ env, url }: Exchange, path: string): Promise<Response> {
  const asset = await env.ASSETS.fetch(new URL(path, url))
  return new Response(asset.body, asset)
}
