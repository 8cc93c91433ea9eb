"""Right ops that `vibegrad.check` must not accuse: the libraries' own, and custom ones, beside plain compositions."""
