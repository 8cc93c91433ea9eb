"""Checks the derivatives of your own PyTorch or JAX op: `vibegrad.check(op, like=naive)`."""

from vibegrad.check import check
from vibegrad.domains import integers, real
from vibegrad.report import CheckFailed, Finding, Report
from vibegrad.version import VERSION as __version__

__all__ = ["CheckFailed", "Finding", "Report", "__version__", "check", "integers", "real"]
