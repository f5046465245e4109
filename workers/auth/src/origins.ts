/** Which pages may call the API for a project: exact origins, and no patterns. */
import { z } from '@hono/zod-openapi'
import { invalidField } from '@coinop/shared/problem'
import { eq } from 'drizzle-orm'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import type { Statement } from '@coinop/shared/idempotency'
import { listedOrigins, projects } from './schema.ts'

export const originsMax = 20
const charactersMax = 255
const host = /^https?:\/\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d+)?$/

/** As a browser writes it: lower case, without a default port, a path or a slash at the end. Anything else would never match. */
const isOrigin = (text: string): boolean =>
  host.test(text) && URL.canParse(text) && new URL(text).origin === text

const isSecure = (origin: string): boolean => origin.startsWith('https://')
const isLocal = (origin: string): boolean => new URL(origin).hostname === 'localhost'

export const AllowedOrigins = z
  .array(
    z
      .string()
      .max(charactersMax)
      .refine(isOrigin, 'An origin as browsers send it, such as https://play.example.com.')
      .refine(
        (text) => !isOrigin(text) || isSecure(text) || isLocal(text),
        'Only https, or http://localhost in a test project.',
      ),
  )
  .max(originsMax)
  .openapi({
    description:
      'Pages that may call the API with a publishable key or a token: exact, no patterns',
    example: ['https://play.example.com'],
  })

/** What a schema cannot see: pages without https belong to test projects only. */
export function refuseInsecureOrigins(origins: string[], environment: 'live' | 'test'): void {
  const wrong = environment === 'test' ? -1 : origins.findIndex((origin) => !isSecure(origin))
  if (wrong === -1) return
  const message = 'A live project takes https only.'
  throw invalidField(`/body/allowedOrigins/${wrong}`, message)
}

/** The statements that list these origins of a project, and no others. */
export const listOrigins = (
  db: DrizzleD1Database,
  projectId: string,
  origins: string[],
): Statement[] => [
  db.delete(listedOrigins).where(eq(listedOrigins.projectId, projectId)),
  ...origins.map((origin) => db.insert(listedOrigins).values({ origin, projectId })),
]

export async function originsOf(database: D1Database, projectId: string): Promise<string[]> {
  const [row] = await drizzle(database)
    .select({ origins: projects.allowedOrigins })
    .from(projects)
    .where(eq(projects.id, projectId))
  return row?.origins ?? []
}

/** Whether any project lists this origin. */
export async function isListed(database: D1Database, origin: string): Promise<boolean> {
  const [row] = await drizzle(database)
    .select({ origin: listedOrigins.origin })
    .from(listedOrigins)
    .where(eq(listedOrigins.origin, origin))
    .limit(1)
  return row !== undefined
}
