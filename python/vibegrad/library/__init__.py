"""What PyTorch and JAX are asked, in NumPy's arrays on both sides."""
