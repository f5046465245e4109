/** Everything that can go wrong with leaderboards, as the client sees it. */
import { defineProblems } from '@coinop/shared/problem'

export const { catalogue, problem, problems } = defineProblems({
  leaderboard_not_found: {
    status: 404,
    title: 'There is no leaderboard with this id or slug.',
    fix: 'Use an id or a slug from GET /v1/leaderboards; without a credential only the id of a public board is known.',
  },
  season_not_found: {
    status: 404,
    title: 'The leaderboard has no season with this id.',
    fix: 'Use an id from GET /v1/leaderboards/{leaderboardId}/seasons.',
  },
  season_evicted: {
    status: 404,
    title: 'The season was kept as long as the leaderboard says, and is gone.',
    fix: 'Raise `seasonsKeptDays` before the next season ends, or read standings earlier.',
  },
  user_not_found: {
    status: 404,
    title: 'The project has no user with this id.',
    fix: 'Use the id that the user has in GET /v1/users.',
  },
  entry_not_found: {
    status: 404,
    title: 'The user has no score in this season.',
    fix: 'Submit a score first, or name another season.',
  },
  snapshot_not_found: {
    status: 404,
    title: 'The season has no snapshot of this day.',
    fix: 'Use a day from GET /v1/leaderboards/{leaderboardId}/snapshots, with the same `season`.',
  },
  slug_taken: {
    status: 409,
    title: 'The project has a leaderboard with this slug.',
    fix: 'Choose another slug, or use the leaderboard that exists.',
  },
  board_locked: {
    status: 409,
    title: 'The leaderboard has scores, whose order the change would turn over.',
    fix: 'Leave the fields listed in `errors` as they are, or make another leaderboard.',
  },
  score_out_of_bounds: {
    status: 409,
    title: 'The score would be outside the bounds of the leaderboard.',
    fix: 'Send a score between `scoreMin` and `scoreMax`; with increments the sum must stay between them.',
  },
  attempts_exhausted: {
    status: 409,
    title: 'The user has submitted as many scores as the season allows.',
    fix: 'Wait for the next season, or raise `attemptsMax`.',
  },
  submission_rejected: {
    status: 409,
    title: 'The score was not accepted.',
    fix: 'Whoever runs the game sees the reason in the reviews of the leaderboard.',
  },
  fraud_rule_not_found: {
    status: 404,
    title: 'The leaderboard has no fraud rule with this id.',
    fix: 'Use an id from GET /v1/leaderboards/{leaderboardId}/fraud-rules.',
  },
  fraud_rules_full: {
    status: 409,
    title: 'The leaderboard has as many fraud rules as it may have.',
    fix: 'Delete one, or change one that exists.',
  },
  game_binding_not_found: {
    status: 404,
    title: 'The leaderboard has no game binding with this id.',
    fix: 'Use an id from GET /v1/leaderboards/{leaderboardId}/game-bindings.',
  },
  game_bindings_full: {
    status: 409,
    title: 'The leaderboard has as many game bindings as it may have.',
    fix: 'Delete one that is no longer needed.',
  },
  review_not_found: {
    status: 404,
    title: 'The season has no review with this id.',
    fix: 'Use an id from GET /v1/leaderboards/{leaderboardId}/reviews, with the same `season`.',
  },
  review_decided: {
    status: 409,
    title: 'The review was decided otherwise, or there is nothing to decide.',
    fix: 'Only reviews whose status is open can be decided.',
  },
  play_session_not_found: {
    status: 404,
    title: 'There is no such play session of this user on this leaderboard.',
    fix: 'Start one with POST /v1/leaderboards/{leaderboardId}/play-sessions, and send its token as it is.',
  },
  session_expired: {
    status: 409,
    title: 'The time to submit a score is over.',
    fix: 'Start another session.',
  },
  score_submitted: {
    status: 409,
    title: 'The session has its score.',
    fix: 'Start another session; a retry needs the Idempotency-Key of the first try.',
  },
  season_closed: {
    status: 409,
    title: 'The season is over, and its standing is final.',
    fix: 'Review before a season ends.',
  },
})
