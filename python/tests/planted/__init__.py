"""Wrong ops that `vibegrad.check` must not let through: each a mistake that people make, with the check that names it."""
