/** Text that people write: bounded, and of such a form that every store gives it back unchanged. */
import { z } from '@hono/zod-openapi'

/** At most `max` UTF-16 units. Lone surrogates and NUL are refused: databases change them, and then a hash no longer fits. */
export const Text = (max: number) =>
  z
    .string()
    .max(max)
    .refine((text) => text.isWellFormed() && !text.includes('\u0000'), {
      message: 'Expected well-formed Unicode without NUL.',
    })
