"""Flows around flows: redirects, retries, limits of time, stopping, other addresses."""
