/** Everything that can go wrong with sample things, as the client sees it. */
import { defineProblems } from '@coinop/shared/problem'

export const { catalogue, problem, problems } = defineProblems({
  sample_thing_exists: {
    status: 409,
    title: 'The project has a sample thing with this name.',
    fix: 'Choose another name, or use the one that exists.',
  },
})
