/** What the gateway's tests begin with: a project with keys, in the very tables of `auth`. */
import { env } from 'cloudflare:workers'
import { apiKeys, projects } from '@coinop/auth/schema'
import { hashApiKey, mintApiKey } from '@coinop/shared/api-key'
import { now } from '@coinop/shared/clock'
import { newId } from '@coinop/shared/ids'
import { drizzle } from 'drizzle-orm/d1'
import { testSecret } from '../../../tools/secrets.ts'

export const bindings = env as unknown as GatewayEnv & { AUTH_DB: D1Database }
const db = drizzle(bindings.AUTH_DB)
