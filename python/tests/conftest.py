"""Lets the plugin's own test start pytest, and XLA compile as cheaply as it can: that is what JAX's tests cost."""

import os

os.environ.setdefault("XLA_FLAGS", "--xla_backend_optimization_level=0 --xla_cpu_use_fusion_emitters=false")

pytest_plugins = ["pytester"]
