/** Finds the plan that a project is on. */
import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { projects } from './schema.ts'

export async function findPlan(
  env: Pick<AuthEnv, 'AUTH_DB'>,
  projectId: string,
): Promise<string | undefined> {
  const [row] = await drizzle(env.AUTH_DB)
    .select({ plan: projects.plan })
    .from(projects)
    .where(eq(projects.id, projectId))
  return row?.plan
}
