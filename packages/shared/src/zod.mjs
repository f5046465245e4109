/**
 * What the bundles have for `zod`: all of it but the names `core` and `locales`. The namespace `z` holds the messages of every
 * language there is, no bundler can tell that nobody asks for them, and they were a fourth of each Worker. See `[alias]` in
 * the wrangler.toml files; types, tests and tools have zod itself.
 */
import * as z from './zod-names.mjs'

export * from './zod-names.mjs'
export { z, z as default }
