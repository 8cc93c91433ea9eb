"""The one place that holds the version; a test keeps it equal to that of package.json."""

VERSION = "0.1.0"
