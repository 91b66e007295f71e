"""Pictures of a provider: their forms, their addresses, and what is none."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest

from contract.server import Answer
from infermux import errors

from .cases import IMAGES
from .table import (
    OWN,
    PICTURE,
    PNG,
    doors,
    hub,
    model,
)

_BASE64 = base64.b64encode(PNG)


@pytest.mark.proves("ERR-05")
@pytest.mark.parametrize(("provider", "said"), IMAGES)
@pytest.mark.filterwarnings("ignore:.*left out")
def test_what_is_no_picture(provider, said, ask, server):
    """Bytes that no picture begins with are not what was promised, however they come."""
    other = b"these bytes are no picture"
    good = said.form.good.body
    body = other if good == PNG else good.replace(_BASE64, base64.b64encode(other))
    server.say(replace(said.form.good, body=body))
    with pytest.raises(errors.ProviderOutputError, match="picture"):
        ask(provider, "text-to-image", doors(provider)[0])


@pytest.mark.proves("VIS-25")
@pytest.mark.parametrize(("provider", "said"), IMAGES)
@pytest.mark.filterwarnings("ignore:.*left out")
def test_other_forms_of_a_picture(provider, said, ask, server):
    """Bytes, a data URL or the provider's own JSON, where the caller wants them."""
    server.always("POST", said.form.good)
    key = doors(provider)[0]
    assert ask(provider, "text-to-image", key, output_type="bytes") == PNG
    assert ask(provider, "text-to-image", key, output_type="data_url") == f"data:image/png;base64,{_BASE64.decode()}"
    if said.form is not PICTURE:
        assert ask(provider, "text-to-image", key, output_type="json") == json.loads(said.form.good.body)


_GIVES_URLS = {"nebius", "openai", "together"}


@pytest.mark.proves("VIS-25")
@pytest.mark.parametrize(("provider", "said"), IMAGES)
@pytest.mark.filterwarnings("ignore:.*left out")
def test_the_address_of_a_picture(provider, said, ask, server, sent):
    """A URL comes from those who have one; from others it is refused before anything is sent."""
    server.say(Answer.of({"data": [{"url": "https://cdn.example/a.png"}]}))
    if provider in _GIVES_URLS:
        out = ask(provider, "text-to-image", doors(provider)[0], output_type="url")
        assert out == "https://cdn.example/a.png"
        assert sent().json["response_format"] == "url"
    else:
        with pytest.raises(errors.InputError, match="URL"):
            ask(provider, "text-to-image", doors(provider)[0], output_type="url")
        assert [asked for asked in server.requests if asked.method == "POST"] == []


@pytest.mark.parametrize("provider", sorted(_GIVES_URLS))
@pytest.mark.filterwarnings("ignore:.*left out")
def test_a_picture_that_must_be_fetched(provider, ask, server):
    """An answer may hold an address instead of the picture: it is fetched, without any key."""
    server.say(Answer.of({"data": [{"url": "https://cdn.example/a.png?sig=1"}]}))
    server.always("GET cdn.example/a.png", Answer(PNG, headers={"content-type": "application/octet-stream"}))
    assert ask(provider, "text-to-image", doors(provider)[0]).size == (4, 2)
    fetched = server.requests[-1]
    assert fetched.path == "/a.png?sig=1"
    assert not {"authorization", "x-hf-bill-to", "cookie"} & fetched.headers.keys()


@pytest.mark.parametrize("provider", ["deepinfra", "nscale", "openai"])
def test_half_a_size(provider, call, server):
    """A size that travels as one text needs both of its numbers."""
    server.always("GET huggingface.co/api/", hub(provider, "text-to-image"))
    with pytest.raises(errors.InputError, match="height"):
        call({"provider": provider, "api_key": OWN, "model": model(provider)}, "text_to_image", "A cat", width=64)
    assert [asked for asked in server.requests if asked.method == "POST"] == []
