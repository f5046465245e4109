/** Everything that can go wrong with accounts and sessions, as the client sees it. */
import { defineProblems } from '@coinop/shared/problem'

export const { catalogue, problem, problems } = defineProblems({
  email_taken: {
    status: 409,
    title: 'The project has a user with this e-mail address.',
    fix: 'Log in with POST /v1/login, or sign up with another address.',
  },
  invalid_credentials: {
    status: 401,
    title: 'There is no active user with this e-mail address and password.',
    fix: 'Check both; the answer does not tell which one is wrong.',
  },
  invalid_refresh_token: {
    status: 401,
    title: 'The refresh token is unknown, expired, used before, or its session has ended.',
    fix: 'Log in again. Keep only the newest refresh token and use each one once.',
  },
})
