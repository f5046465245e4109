/** Files that the gateway serves itself: see `tools/public.ts`. */

type AssetContext = { env: Pick<GatewayEnv, 'ASSETS'>; req: { url: string } }

/** The file at this path, in a copy whose headers may still be set. */
export async function assetAt({ env, req }: AssetContext, path: string): Promise<Response> {
  const asset = await env.ASSETS.fetch(new URL(path, req.url))
  return new Response(asset.body, asset)
}
