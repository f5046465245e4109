/** What the gateway itself refuses, as the client sees it; everything else comes from the Worker that answers. */
import { defineProblems } from '@coinop/shared/problem'

export const { catalogue, problem, problems } = defineProblems({})
