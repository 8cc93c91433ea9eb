"""JAX, PyTorch and the `autograd` package behind the protocol in which Vibegrad's judge asks an engine."""
