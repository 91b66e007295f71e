"""Asking a provider what the table says."""

from __future__ import annotations

import pytest

from infermux.flow import Sleep
from infermux.providers import _waiting

from .table import ASKED, hub, model


@pytest.fixture
def ask(call, server):
    """Asks a provider for a task, as the table says, with other options where they are given."""

    def one(provider, task, key, **options):
        server.always("GET huggingface.co/api/models/org/name", hub(provider, task))
        asked = ASKED[task]
        settings = {"provider": provider, "model": model(provider), "api_key": key, "max_retries": 0}
        return call(settings, asked.method, asked.given, **{**asked.options, **options})

    return one


@pytest.fixture
def sent(server):
    """Gives the request that the provider got; the look-ups at the Hub are another matter."""

    def one():
        (asked,) = [asked for asked in server.requests if asked.host != "huggingface.co"]
        return asked

    return one


@pytest.fixture
def asked(server):
    """Gives all that the provider and others were asked; the look-ups at the Hub are another matter."""
    return lambda: [asked for asked in server.requests if asked.host != "huggingface.co"]


@pytest.fixture
def hurried(monkeypatch):
    """The waits between two looks at a job take no time."""
    monkeypatch.setattr(_waiting, "Sleep", lambda seconds, purpose: Sleep(0.0, purpose))
