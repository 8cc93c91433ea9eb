"""Lets the plugin's own test start pytest."""

pytest_plugins = ["pytester"]
