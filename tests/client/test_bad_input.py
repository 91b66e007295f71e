"""Bad input fails before any byte is sent, by an error that says what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from saying import MESSAGES

import infermux
from contract.server import Server
from infermux import AsyncInferenceClient, InferenceClient, InferenceError, InputError, Timeout

Call = Callable[..., Any]


def refused(call: Call, server: Server, match: str, method: str, *given: Any, **options: Any) -> InputError:
    """Call with bad input; nothing may be sent."""
    with pytest.raises(InputError, match=match) as caught:
        call({"base_url": server.url}, method, *given, **options)
    assert server.requests == []
    assert isinstance(caught.value, ValueError)
    return caught.value


def test_a_word_that_is_none(call: Call, server: Server) -> None:
    """An option that takes certain words alone names them."""
    words = "must be one of 'image', 'bytes', 'url', 'data_url', 'json'"
    refused(call, server, words, "text_to_image", "a cat", output_type="pil")
    refused(call, server, "'instance', 'panoptic'", "image_segmentation", b"x", subtask="all")


@pytest.mark.parametrize("url", ["localhost:8080", "127.0.0.1:8080/v1", "ftp://host/v1"])
@pytest.mark.parametrize("name", ["base_url", "endpoint_url"])
def test_an_address_without_its_beginning(url: str, name: str) -> None:
    """It is no model's id, which might go to the router with what is asked."""
    with pytest.raises(InputError, match="must begin with http:// or https://"):
        InferenceClient(**{name: url})  # type: ignore[arg-type]


KEY = "hf_" + "x1Y2" * 9


@pytest.mark.parametrize("make", [InferenceClient, AsyncInferenceClient, infermux.HfInference])
@pytest.mark.filterwarnings("ignore:HfInference:DeprecationWarning")
def test_a_key_instead_of_a_model(make: Any) -> None:
    """The JavaScript client takes the key first; here it would be sent and shown as the name of a model."""
    with pytest.raises(InputError, match="pass it as token=") as caught:
        make(KEY)
    assert KEY not in str(caught.value)


def test_no_model_at_all() -> None:
    """What cannot name a model is told at once."""
    with pytest.raises(InputError, match="model must be the id"):
        InferenceClient(Path("org/model"))  # type: ignore[arg-type]


def test_a_key_instead_of_a_model_in_a_call(call: Call, server: Server) -> None:
    """Neither does a call take a key for a model."""
    refused(call, server, "pass it as token=", "chat_completion", MESSAGES, model=KEY)


@pytest.mark.proves("ERR-02")
@pytest.mark.parametrize(
    ("option", "meant"),
    [
        ("max_token", "max_tokens"),
        ("temprature", "temperature"),
        ("tool_choise", "tool_choice"),
        ("responce_format", "response_format"),
        ("timeout_s", "timeout"),
        ("extrabody", "extra_body"),
    ],
)
def test_misspelt_option(call: Call, server: Server, option: str, meant: str) -> None:
    """An option that is almost one is refused, and the one that was meant is named."""
    refused(call, server, f"{option!r}.*did you mean {meant!r}", "chat_completion", MESSAGES, **{option: 1})


@pytest.mark.parametrize("method", ["chat_completion", "text_generation", "feature_extraction"])
def test_unknown_option(call: Call, server: Server, method: str) -> None:
    """An option that nobody knows is refused, with the way for a provider's own ones."""
    given = MESSAGES if method == "chat_completion" else "a text"
    refused(call, server, r"'qzx'.*extra_body", method, given, qzx=1)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("max_tokens", "5"),
        ("max_tokens", 5.5),
        ("max_tokens", True),
        ("temperature", "hot"),
        ("temperature", [0.5]),
        ("seed", 1.5),
        ("stop", 5),
        ("stop", [1]),
        ("tools", "a tool"),
        ("tools", {"type": "function"}),
        ("response_format", "json"),
        ("logprobs", "yes"),
        ("n", "2"),
        ("tool_choice", 5),
        ("stream_options", True),
        ("extra_body", "x"),
        ("model", 5),
        ("provider", 5),
        ("bill_to", 5),
        ("retry_on_error", "no"),
        ("max_retries", "2"),
        ("max_retries", -1),
        ("headers", "x"),
        ("extra_headers", 5),
        ("extra_query", "a=b"),
        ("stream", "yes"),
        ("stream", 1),
    ],
)
def test_wrong_type(call: Call, server: Server, option: str, value: Any) -> None:
    """An option of the wrong type is refused by its name."""
    refused(call, server, option, "chat_completion", MESSAGES, **{option: value})


def test_what_was_given(call: Call, server: Server) -> None:
    """The value is shown where it is one of the task; what every call takes may be a secret."""
    refused(call, server, "temperature.*it is 'hot'", "chat_completion", MESSAGES, temperature="hot")
    refused(call, server, "output_type must be one of.*it is 'gif'", "text_to_image", "a cat", output_type="gif")
    for option in ("headers", "extra_body"):
        error = refused(call, server, option, "chat_completion", MESSAGES, **{option: "Bearer secret"})
        assert "secret" not in str(error)


@pytest.mark.parametrize(
    "messages",
    ["Hi", "", b"Hi", None, 5, {}, {"role": "user", "content": "Hi"}, [], (), ["Hi"], [None], [["user", "Hi"]]],
)
def test_no_messages(call: Call, server: Server, messages: Any) -> None:
    """What is no list of messages is refused; for a text, the right form is shown."""
    error = refused(call, server, "messages", "chat_completion", messages)
    if messages == "Hi":
        assert '[{"role": "user", "content": \'Hi\'}]' in str(error)


@pytest.mark.parametrize(
    "message", [{}, {"content": "Hi"}, {"role": None, "content": "Hi"}, {"role": 5}, {"Role": "user"}]
)
def test_message_without_role(call: Call, server: Server, message: Any) -> None:
    """A message without a role is refused, with its place."""
    refused(call, server, r"messages\[1\].*role", "chat_completion", [*MESSAGES, message])


@pytest.mark.parametrize("content", [b"Hi", bytearray(b"Hi"), 5, object()])
def test_message_of_no_text(call: Call, server: Server, content: Any) -> None:
    """Content is a text or a list of parts: bytes are not sent as the base64 of them."""
    refused(call, server, r"messages\[0\].*a str or a list", "chat_completion", [{"role": "user", "content": content}])


@pytest.mark.parametrize(
    ("method", "option", "value", "words"),
    [
        ("chat_completion", "logit_bias", {"50256": "low"}, "logit_bias.*`float`, got `str`"),
        ("chat_completion", "metadata", {5: "a"}, "metadata is of the wrong type: expected `str`, got `int`"),
        ("text_generation", "stop", ".", "stop is of the wrong type: expected `list`, got `str`"),
        ("text_generation", "stop", [5], r"stop\[0\] is of the wrong type"),
        ("text_generation", "grammar", "[a-z]+", "grammar is of the wrong type: expected `dict`, got `str`"),
        ("text_generation", "top_k", "5", "top_k is of the wrong type: expected `int`, got `str`"),
    ],
)
def test_wrong_type_in_words(call: Call, server: Server, method: str, option: str, value: Any, words: str) -> None:
    """The error names the place, and the type by its name in Python."""
    refused(call, server, words, method, MESSAGES if method == "chat_completion" else "a text", **{option: value})


@pytest.mark.parametrize("value", [object(), lambda: 1, float("nan")])
def test_what_json_cannot_say(call: Call, server: Server, value: Any) -> None:
    """What has no form in JSON is refused."""
    refused(call, server, "JSON", "chat_completion", MESSAGES, extra_body={"x": value})


@pytest.mark.parametrize("value", [-1, 0, "5", True, [1], float("nan"), {"total": 1}])
@pytest.mark.parametrize("place", ["client", "call"])
def test_timeout(call: Call, server: Server, value: Any, place: str) -> None:
    """A timeout that is no positive number is refused, of the client and of the call."""
    settings, options = {"base_url": server.url}, {"timeout": value}
    if place == "client":
        settings, options = settings | options, {}
    with pytest.raises(InputError, match="timeout"):
        call(settings, "chat_completion", MESSAGES, **options)
    assert server.requests == []


def test_limits() -> None:
    """A limit that is no positive number is refused by its name."""
    with pytest.raises(InputError, match="gap"):
        Timeout(gap=-1)


@pytest.mark.parametrize(
    "options",
    [
        {"token": "a", "api_key": "b"},
        {"headers": {"a": "1"}, "extra_headers": {"a": "2"}},
        {"model": "http://a", "endpoint_url": "http://b"},
    ],
)
def test_two_spellings_that_differ(call: Call, server: Server, options: dict[str, Any]) -> None:
    """Two words for one thing that say different things are refused."""
    with pytest.raises(InputError, match="differ"):
        call({}, "chat_completion", MESSAGES, **options)
    assert server.requests == []


def test_two_spellings_of_stop(call: Call, server: Server) -> None:
    """`stop` and `stop_sequences` that differ are refused."""
    with pytest.warns(FutureWarning):
        refused(call, server, "stop", "text_generation", "Once", stop=["a"], stop_sequences=["b"])


@pytest.mark.parametrize(
    ("provider", "options"),
    [("groq", {}), ("openai", {}), ("groq", {"token": False}), (None, {}), ("openai", {"token": "hf_1"})],
)
def test_no_key(call: Call, server: Server, provider: str | None, options: dict[str, Any]) -> None:
    """A call without the key that it needs is refused."""
    with pytest.raises(InputError, match="api_key"):
        call({"model": "org/m", "provider": provider}, "chat_completion", MESSAGES, **options)
    assert server.requests == []


@pytest.mark.parametrize("key", ["", " ", "hf_a\r\nx: y", 5])
def test_broken_key(call: Call, server: Server, key: Any) -> None:
    """A key that cannot be one is refused."""
    with pytest.raises(InputError):
        call({"base_url": server.url, "api_key": key}, "chat_completion", MESSAGES)
    assert server.requests == []


@pytest.mark.parametrize(
    "headers", [{"x-a": "1\r\nx-evil: 2"}, {"x-a\r\n": "1"}, {"x a": "1"}, {"": "1"}, {"x-a": "é\u4e00"}]
)
@pytest.mark.parametrize("http_client", ["led", "default"])
def test_broken_header(call: Call, server: Server, headers: dict[str, str], http_client: str) -> None:
    """A header that HTTP cannot carry is refused, not sent."""
    settings = {"base_url": server.url, "headers": headers, "max_retries": 0}
    with pytest.raises(InputError):
        call(settings if http_client == "led" else {**settings, "http_client": None}, "chat_completion", MESSAGES)
    assert server.requests == []


@pytest.mark.parametrize("cookies", [{"a": "b\r\nx: y"}, {"a\r\nx": "y"}])
def test_broken_cookie(call: Call, server: Server, cookies: dict[str, str]) -> None:
    """A cookie that would be another header is refused, not sent."""
    with pytest.raises(InputError):
        call({"base_url": server.url, "cookies": cookies, "max_retries": 0}, "chat_completion", MESSAGES)
    assert server.requests == []


@pytest.mark.parametrize(
    "url", ["http://", "http://[::1", "http://h:port", "https://h:99999", "http://a b/", "http://h\n/"]
)
@pytest.mark.parametrize("stream", [False, True])
def test_broken_url(call: Call, server: Server, url: str, stream: bool) -> None:
    """A URL that names no place is bad input."""
    with pytest.raises(InputError):
        call({"base_url": url, "max_retries": 0, "http_client": None}, "chat_completion", MESSAGES, stream=stream)


@pytest.mark.parametrize(
    ("method", "given"),
    [
        ("text_generation", 5),
        ("text_generation", ["Once"]),
        ("text_generation", None),
        ("feature_extraction", 5),
        ("feature_extraction", [5]),
        ("text_to_image", 5),
    ],
)
def test_main_input(call: Call, server: Server, method: str, given: Any) -> None:
    """A main input of the wrong type is refused."""
    refused(call, server, method, method, given)


def test_missing_file(call: Call, server: Server, tmp_path: Path) -> None:
    """A file that is not there is told by its name."""
    with pytest.raises(FileNotFoundError, match=r"gone\.flac"):
        call({"base_url": server.url}, "automatic_speech_recognition", tmp_path / "gone.flac")
    assert server.requests == []


@pytest.mark.parametrize("given", [None, 5, ["a"], {"a": 1}])
def test_no_media(call: Call, server: Server, given: Any) -> None:
    """What is no media is a TypeError that lists what is."""
    with pytest.raises(TypeError, match="bytes"):
        call({"base_url": server.url}, "automatic_speech_recognition", given)
    assert server.requests == []


def test_everything_is_one_family(call: Call, server: Server) -> None:
    """One `except InferenceError` catches bad input."""
    with pytest.raises(InferenceError):
        call({"base_url": server.url}, "chat_completion", "Hi")


@pytest.mark.parametrize(
    "proxies", ["http://h:port", "socks5://h:1", "http://", {"http": 5}, {"https": "http://[::1"}, {"all": "ftp://h"}]
)
def test_proxies(call: Call, server: Server, proxies: Any) -> None:
    """What is no address of a proxy is told when the client is made."""
    with pytest.raises(InputError, match="prox"):
        call({"base_url": server.url, "proxies": proxies, "http_client": None}, "chat_completion", MESSAGES)


def test_a_password_in_an_address_that_is_none(call: Call) -> None:
    """An address that cannot be used is shown without the password in it."""
    with pytest.raises(InputError) as caught:
        call({"base_url": "ftp://user:s3cret-value@host/"}, "chat_completion", MESSAGES)
    assert "s3cret-value" not in str(caught.value)
