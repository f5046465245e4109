/** Everything that can go wrong with leaderboards, as the client sees it. */
import { defineProblems } from '@coinop/shared/problem'

export const { catalogue, problem, problems } = defineProblems({
  leaderboard_exists: {
    status: 409,
    title: 'The project has a leaderboard with this name.',
    fix: 'Choose another name, or use the one that exists.',
  },
})
