"""Videos of a provider that answers at once."""

from __future__ import annotations

import pytest

from contract.server import Answer
from infermux import errors

from .table import FILM, OWN, ROUTED

_MP4 = Answer(FILM, headers={"content-type": "video/mp4"})


@pytest.mark.parametrize("key", [ROUTED, OWN], ids=["routed", "direct"])
@pytest.mark.parametrize(
    ("answer", "place"),
    [
        ({"video": "https://cdn.example/a.mp4?sig=1"}, "cdn.example/a.mp4?sig=1"),
        ({"video_url": "https://cdn.example/a.mp4"}, "cdn.example/a.mp4"),
        ({"video_url": "/model/inference/a.mp4"}, "api.deepinfra.com/model/inference/a.mp4"),
    ],
    ids=["video", "video_url", "path"],
)
def test_a_video_of_deepinfra_is_fetched(answer, place, key, ask, server):
    """The answer tells where the video is, whole or by its path at DeepInfra; it is fetched without any key."""
    server.say(Answer.of(answer))
    server.always(f"GET {place.partition('?')[0]}", _MP4)
    assert ask("deepinfra", "text-to-video", key) == FILM
    fetched = server.requests[-1]
    assert fetched.line == f"GET {place}"
    assert "authorization" not in fetched.headers


def test_several_things_that_shall_not_be_seen(ask, server, sent):
    """DeepInfra reads one text, so a list becomes one."""
    server.say(Answer.of({"video": "data:video/mp4;base64,AAAA"}))
    ask("deepinfra", "text-to-video", OWN, negative_prompt=["rain", "people"])
    assert sent().json["negative_prompt"] == "rain, people"


def test_a_page_is_no_video(ask, server):
    """Where the video should be, a page that says something else."""
    server.say(Answer.of({"video": "https://cdn.example/a.mp4"}))
    server.always("GET cdn.example/a.mp4", Answer(b"<html>gone</html>", headers={"content-type": "text/html"}))
    with pytest.raises(errors.ProviderOutputError, match="text/html"):
        ask("deepinfra", "text-to-video", OWN)
