"""Tasks as functions, `infermux.text_to_image(...)` and `await infermux.aio.text_to_image(...)` (SURFACE 15)."""

from __future__ import annotations

import asyncio
import inspect
import io
import pydoc
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

import infermux
from contract.server import Answer, Server
from infermux import InferenceClient, InputError, aio, functions, tasks
from infermux.stream import AsyncStream

PLACES = {"sync": infermux, "async": aio}


def draining(answer: Any) -> Any:
    """A result, of a stream its items."""

    async def drained() -> Any:
        done = await answer
        return [item async for item in done] if isinstance(done, AsyncStream) else done

    if inspect.isawaitable(answer):
        return asyncio.run(drained())
    return list(answer) if isinstance(answer, infermux.Stream) else answer


@pytest.fixture(params=PLACES)
def ask(request: pytest.FixtureRequest, server: Server) -> Callable[..., Any]:
    """A function by its name, at the server."""

    def asked(name: str, *args: Any, **options: Any) -> Any:
        options = {"endpoint_url": f"{server.url}/task", **options}
        return draining(getattr(PLACES[request.param], name)(*args, **options))

    return asked


class TestNames:
    """What there is, and what `help()` says of it."""

    @pytest.mark.proves("JSO-01")
    @pytest.mark.parametrize("place", PLACES)
    @pytest.mark.parametrize("task", tasks.__all__)
    def test_every_task(self, place: str, task: str) -> None:
        """Each task is a function of the package, with a twin to be awaited, under its own name and words."""
        function = getattr(PLACES[place], task)
        assert function.__name__ == task
        assert inspect.iscoroutinefunction(function) is (place == "async")
        method = inspect.signature(getattr(InferenceClient, task))
        shown = inspect.signature(function).parameters
        assert [name for name in method.parameters if name not in ("self", "parameters", *shown)] == []
        assert {"inputs", "data", "parameters", "access_token"} <= shown.keys()
        assert not {"self", "client"} & shown.keys()
        words = pydoc.plain(pydoc.render_doc(function))
        assert "Returns:" in words
        assert "    parameters: " in words

    def test_public(self) -> None:
        """All of them are names of the package."""
        assert set(functions.__all__) == set(aio.__all__)
        assert set(functions.__all__) <= set(infermux.__all__)
        assert set(tasks.__all__) <= set(functions.__all__)

    def test_streams(self) -> None:
        """Those that always stream do not ask whether to."""
        for place in PLACES.values():
            for name in ("chat_completion_stream", "text_generation_stream"):
                assert not {"stream", "details"} & inspect.signature(getattr(place, name)).parameters.keys()

    def test_light(self) -> None:
        """They wait until they are asked for; so does the client that they share."""
        code = (
            "import sys, infermux; assert 'infermux.functions' not in sys.modules; "
            "infermux.translation; infermux.aio.translation; assert 'aiohttp' not in sys.modules"
        )
        subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, timeout=20)


class TestCalls:
    """What they send."""

    @pytest.mark.proves("JSO-01")
    def test_documented(self, ask: Callable[..., Any], server: Server) -> None:
        """The documented call: key, model, inputs and parameters in one."""
        server.say(Answer.of([{"generated_text": "42"}]))
        out = ask(
            "text_generation",
            access_token="hf_1",
            model=f"{server.url}/model",
            endpoint_url=None,
            inputs="The answer to the universe is",
            parameters={"max_new_tokens": 5},
        )
        assert out == "42"
        (asked,) = server.requests
        assert asked.path == "/model"
        assert asked.headers["authorization"] == "Bearer hf_1"
        assert asked.json == {"inputs": "The answer to the universe is", "parameters": {"max_new_tokens": 5}}

    def test_our_words(self, ask: Callable[..., Any], server: Server) -> None:
        """Our own words do as well."""
        server.say(Answer.of([{"generated_text": "42"}]))
        assert ask("text_generation", "The answer is", max_new_tokens=5) == "42"
        assert server.requests[0].json == {"inputs": "The answer is", "parameters": {"max_new_tokens": 5}}

    @pytest.mark.proves("JSO-01")
    def test_streams(self, ask: Callable[..., Any], server: Server) -> None:
        """A streamed text, as documented."""
        token = {"token": {"id": 1, "text": "one", "logprob": 0, "special": False}, "generated_text": "one"}
        server.say(Answer.events(token, end=""))
        (event,) = ask("text_generation_stream", inputs='repeat "one"', parameters={"max_new_tokens": 250})
        assert (event.token.text, event.generated_text) == ("one", "one")
        assert server.requests[0].json["parameters"] == {"max_new_tokens": 250, "details": True}

    @pytest.mark.parametrize("streams", [False, True])
    def test_chat(self, ask: Callable[..., Any], server: Server, streams: bool) -> None:
        """A chat, whole and streamed."""
        talk = [{"role": "user", "content": "Hello, nice to meet you!"}]
        choice = {"index": 0, "finish_reason": "stop"}
        message = {"role": "assistant", "content": "Hi"}
        if streams:
            server.say(Answer.events({"choices": [{**choice, "delta": message}]}))
            (chunk,) = ask("chat_completion_stream", messages=talk, max_tokens=512, temperature=0.1)
            assert chunk.choices[0].delta.content == "Hi"
        else:
            server.say(Answer.of({"choices": [{**choice, "message": message}]}))
            out = ask("chat_completion", messages=talk, max_tokens=512, temperature=0.1)
            assert out.choices[0].message.content == "Hi"
        body = server.requests[0].json
        assert (body["messages"], body["max_tokens"], body["temperature"]) == (talk, 512, 0.1)

    def test_one_client(self, server: Server) -> None:
        """They share one client."""
        server.say(Answer.of([{"generated_text": "a"}]), Answer.of([[0.5]]))
        infermux.text_generation("a", endpoint_url=server.url)
        infermux.feature_extraction("a", endpoint_url=server.url)
        assert functions._client() is functions._client()


MEDIA = b"\x89PNG\r\n\x1a\n0123"
BOUGHT = "Hi, I recently bought a device from your company but it is not working as advertised"
STARS = {"Repository": ["Transformers", "Datasets"], "Stars": ["36542", "4512"]}
WINE = {"fixed_acidity": ["7.4", "7.8"], "pH": ["3.51", "3.2"]}

SAME: list[tuple[str, dict[str, Any], dict[str, Any], Any]] = [
    # task, by the words of the JavaScript client, by ours, what is answered
    (
        "summarization",
        {"inputs": "The tower is 324 metres tall", "parameters": {"max_length": 100}},
        {"text": "The tower is 324 metres tall", "extra_body": {"max_length": 100}},
        [{"summary_text": "a"}],
    ),
    (
        "question_answering",
        {"inputs": {"question": "What?", "context": "That."}, "parameters": {"top_k": 1}},
        {"question": "What?", "context": "That.", "top_k": 1},
        {"answer": "That", "score": 1, "start": 0, "end": 4},
    ),
    (
        "translation",
        {"inputs": "My name", "parameters": {"src_lang": "en_XX", "tgt_lang": "fr_XX"}},
        {"text": "My name", "src_lang": "en_XX", "tgt_lang": "fr_XX"},
        [{"translation_text": "Mon nom"}],
    ),
    (
        "zero_shot_classification",
        {"inputs": [BOUGHT], "parameters": {"candidate_labels": ["refund", "legal", "faq"]}},
        {"text": BOUGHT, "candidate_labels": ["refund", "legal", "faq"]},
        [{"label": "refund", "score": 1}],
    ),
    (
        "sentence_similarity",
        {"inputs": {"source_sentence": "a", "sentences": ["b", "c"]}},
        {"sentence": "a", "other_sentences": ["b", "c"]},
        [0.1, 0.2],
    ),
    (
        "feature_extraction",
        {"inputs": ["a", "b"]},
        {"text": ["a", "b"]},
        [[0.5], [0.25]],
    ),
    (
        "table_question_answering",
        {"inputs": {"query": "How many stars?", "table": STARS}},
        {"table": STARS, "query": "How many stars?"},
        {"answer": "36542", "coordinates": [[0, 1]], "cells": ["36542"], "aggregator": "NONE"},
    ),
    ("tabular_classification", {"inputs": {"data": WINE}}, {"table": WINE}, ["5", "6"]),
    ("tabular_regression", {"inputs": {"data": WINE}}, {"table": WINE}, [5.0, 6.0]),
    ("tabular_regression", {"inputs": WINE}, {"table": WINE}, [5.0, 6.0]),
    ("tabular_regression", {"inputs": {"data": ["1", "2"]}}, {"table": {"data": ["1", "2"]}}, [5.0, 6.0]),
    ("audio_classification", {"data": MEDIA}, {"audio": MEDIA}, [{"label": "a", "score": 1}]),
    ("automatic_speech_recognition", {"data": MEDIA}, {"audio": MEDIA}, {"text": "hello"}),
    ("image_classification", {"data": MEDIA, "parameters": {"top_k": 2}}, {"image": MEDIA, "top_k": 2}, []),
    (
        "visual_question_answering",
        {"inputs": {"question": "How many cats?", "image": MEDIA}},
        {"image": MEDIA, "question": "How many cats?"},
        [{"answer": "2", "score": 1}],
    ),
    (
        "zero_shot_image_classification",
        {"inputs": {"image": MEDIA}, "parameters": {"candidate_labels": ["cat", "dog"]}},
        {"image": MEDIA, "candidate_labels": ["cat", "dog"]},
        [{"label": "cat", "score": 1}],
    ),
    (
        "text_classification",
        {"inputs": "I like you", "parameters": {"other": 1}},
        {"text": "I like you", "extra_body": {"other": 1}},
        [[{"label": "a", "score": 1}]],
    ),
]
TABLES = ("table_question_answering", "tabular_classification", "tabular_regression")


class TestJavaScript:
    """The words of the JavaScript client."""

    @pytest.mark.proves("JSO-02", "JSO-10")
    @pytest.mark.parametrize(
        ("task", "theirs", "ours", "answer"), SAME, ids=[f"{n}-{row[0]}" for n, row in enumerate(SAME)]
    )
    def test_same(
        self, ask: Callable[..., Any], server: Server, task: str, theirs: Any, ours: Any, answer: Any
    ) -> None:
        """By either words the same request goes out, and the same result comes back."""
        server.always("POST ", Answer.of(answer))
        out = ask(task, **theirs)
        with InferenceClient(f"{server.url}/task") as client:
            expected = getattr(client, task)(**ours)
        assert str(out) == str(expected)
        one, other = server.requests
        assert one.body == other.body
        assert one.headers["content-type"] == other.headers["content-type"]

    @pytest.mark.proves("JSO-02")
    def test_picture(self, ask: Callable[..., Any], server: Server) -> None:
        """A picture of a picture: what the task takes besides stands in `parameters`."""
        image = pytest.importorskip("PIL.Image").new("RGB", (2, 2))
        buffer = io.BytesIO()
        image.save(buffer, "PNG")
        server.say(Answer(buffer.getvalue(), headers={"content-type": "image/png"}))
        out = ask("image_to_image", inputs=buffer.getvalue(), parameters={"prompt": "elmo's lecture"})
        assert out.size == (2, 2)
        assert server.requests[0].json["parameters"]["prompt"] == "elmo's lecture"

    def test_named_wins(self, ask: Callable[..., Any], server: Server) -> None:
        """An option by name wins over the one in `parameters`."""
        server.say(Answer.of([{"generated_text": "a"}]))
        ask("text_generation", inputs="a", max_new_tokens=1, parameters={"max_new_tokens": 2, "top_k": 3})
        assert server.requests[0].json["parameters"] == {"max_new_tokens": 1, "top_k": 3}

    @pytest.mark.parametrize(
        ("args", "options", "words"),
        [
            (["a"], {"inputs": "b"}, "given twice"),
            ([], {"inputs": "a", "data": "b"}, "given twice"),
            (["a"], {"text": "b"}, "given twice"),
            ([], {"inputs": "a", "parameters": "b"}, "parameters must be"),
            ([], {"inputs": "a", "maximum": 5}, "has no option"),
            ([], {"inputs": 5}, "text must be"),
        ],
    )
    def test_bad(
        self, ask: Callable[..., Any], server: Server, args: list[Any], options: dict[str, Any], words: str
    ) -> None:
        """What cannot be meant is told before anything is sent."""
        with pytest.raises(InputError, match=words):
            ask("text_classification", *args, **options)
        assert server.requests == []

    def test_too_many(self, ask: Callable[..., Any]) -> None:
        """More than the task takes is a mistake in the call."""
        with pytest.raises(TypeError, match="positional"):
            ask("text_classification", "a", "b", "c")

    def test_older_options(self, ask: Callable[..., Any], server: Server) -> None:
        """Options of older releases are taken, and mean nothing to an endpoint; one is a task's own word."""
        server.say(Answer.of([[{"label": "a", "score": 1}]]), Answer(b"fLaC", headers={"content-type": "audio/flac"}))
        with pytest.warns(UserWarning, match="use_cache mean something to hf-inference alone"):
            ask("text_classification", inputs="a", use_cache=False, include_credentials="include")
        ask("text_to_speech", inputs="a", use_cache=False)
        assert server.requests[-1].json == {"inputs": "a", "parameters": {"use_cache": False}}
