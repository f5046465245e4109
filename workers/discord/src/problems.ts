/** What this Worker refuses with a status. Everything after the signature is answered as a message instead. */
import { defineProblems } from '@coinop/shared/problem'

export const { catalogue, problem, problems } = defineProblems({
  invalid_signature: {
    status: 401,
    title: 'The request is not a fresh interaction signed by Discord for this application.',
    fix: 'Check that the application is known here with the public key that Discord shows, and that the clock is right.',
  },
})
