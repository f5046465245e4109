/** What the gateway itself refuses, as the client sees it; everything else comes from the Worker that answers. */
import { defineProblems } from '@coinop/shared/problem'

export const { catalogue, problem, problems } = defineProblems({
  origin_not_allowed: {
    status: 403,
    title: 'Pages of this origin may not call the API for this project.',
    fix: 'Add the exact origin to `allowedOrigins` with PATCH /v1/projects/{projectId}; it counts within ten seconds.',
  },
  secret_key_in_browser: {
    status: 403,
    title: 'A page sent a secret key, so whoever opens the page has it.',
    fix: 'Revoke the key with DELETE /v1/keys/{keyId}, and use a publishable key and access tokens in pages.',
  },
})
