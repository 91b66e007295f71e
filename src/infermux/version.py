"""The version of the package, told in its own word so that no metadata is read at import."""

VERSION = "0.1.0"
