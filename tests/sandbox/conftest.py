from __future__ import annotations

from collections.abc import Iterator

import huggingface_hub
import openai
import pytest

from infermux.sandbox import Sandbox


@pytest.fixture(scope="session")
def url() -> Iterator[str]:
    """The address of a healthy sandbox."""
    with Sandbox() as box:
        yield box.url


@pytest.fixture(scope="session")
def peer(url: str) -> Iterator[openai.OpenAI]:
    """The openai client, pointed at the sandbox."""
    with openai.OpenAI(base_url=f"{url}/v1", api_key="any", max_retries=0) as client:
        yield client


@pytest.fixture(scope="session")
def hub_peer(url: str) -> Iterator[huggingface_hub.InferenceClient]:
    """The huggingface_hub client, with the sandbox as its dedicated endpoint."""
    with huggingface_hub.InferenceClient(model=url, token="any") as client:
        yield client
