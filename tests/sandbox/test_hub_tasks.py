"""Every task of hf-inference, asked by the huggingface_hub client without a model: it finds the recommended one."""

from __future__ import annotations

import base64
import io
import wave
from collections.abc import Iterator
from typing import Any

import huggingface_hub
import pytest
from huggingface_hub.inference import _providers
from huggingface_hub.inference._providers import hf_inference

from infermux.sandbox import picture, sound

from .wire import ask

Image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")

Peer = huggingface_hub.InferenceClient
TABLE = {"Repository": ["Transformers", "Datasets"], "Stars": ["36542", "4512"]}
DRAWN = picture.draw("a green cat", 120, 80)
SAID = sound.speak("two words")


@pytest.fixture
def hub(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Peer]:
    """The client, with the sandbox as the Hub and as the router."""
    monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", url)
    monkeypatch.setattr(huggingface_hub.constants, "INFERENCE_PROXY_TEMPLATE", f"{url}/{{provider}}")
    for helper in _providers.PROVIDERS["hf-inference"].values():
        monkeypatch.setattr(helper, "base_url", f"{url}/hf-inference")
    caches = hf_inference._fetch_recommended_models, hf_inference._check_supported_task
    for cache in caches:
        cache.cache_clear()
    with Peer(provider="hf-inference", api_key="hf_any") as client:
        yield client
    for cache in caches:
        cache.cache_clear()


def opened(data: bytes) -> Any:
    """Decode a picture to its last byte."""
    found = Image.open(io.BytesIO(data))
    found.load()
    return found


def test_every_task_has_a_recommended_model(hub: Peer) -> None:
    """The Hub's list holds all that the client can ask of hf-inference."""
    listed = hf_inference._fetch_recommended_models()
    assert set(_providers.PROVIDERS["hf-inference"]) <= set(listed)
    assert all(listed.values())


def test_pictures_are_classified(hub: Peer) -> None:
    """Scores are sorted and sum to 1; `top_k` cuts."""
    out = hub.image_classification(DRAWN)
    assert out[0].label == "mostly green"
    scores = [one.score for one in hub.image_classification(DRAWN, top_k=99)]
    assert scores == sorted(scores, reverse=True)
    assert sum(scores) == pytest.approx(1)
    assert [one.label for one in hub.image_classification(DRAWN, top_k=1)] == ["mostly green"]
    raw = hub.image_classification(DRAWN, function_to_apply="none")
    assert sum(one.score for one in raw) != pytest.approx(1)


def test_pictures_are_parted(hub: Peer) -> None:
    """Masks are grey pictures of the size of the picture; each pixel is in one of them."""
    light, dark = hub.image_segmentation(DRAWN)
    assert (light.label, dark.label) == ("light", "dark")
    assert light.mask.size == dark.mask.size == (120, 80)
    assert light.mask.mode == "L"
    both = zip(light.mask.tobytes(), dark.mask.tobytes(), strict=True)
    assert {tuple(sorted(pair)) for pair in both} == {(0, 255)}
    assert hub.image_segmentation(DRAWN, subtask="semantic")[0].score is None
    assert hub.image_segmentation(DRAWN, threshold=1.0, mask_threshold=0.5) == []


def test_objects_are_found(hub: Peer) -> None:
    """Boxes lie where the colour is."""
    rows = [bytearray(b"\xff" * 300) for _ in range(100)]
    for row in rows[20:60]:
        row[90:180] = b"\xc8\x10\x10" * 30
    (found,) = hub.object_detection(picture.png(100, 100, rows))
    assert found.label == "red region"
    assert found.score > 0.5
    box = found.box
    assert abs(box.xmin - 30) + abs(box.xmax - 60) + abs(box.ymin - 20) + abs(box.ymax - 60) < 10
    assert hub.object_detection(picture.png(100, 100, rows), threshold=1.0) == []


def test_pictures_are_changed(hub: Peer) -> None:
    """A PNG of the same size, or of the size asked for, tinted as the prompt says."""
    grey = picture.png(64, 64, [bytearray(b"\x80" * 192) for _ in range(64)])
    made = hub.image_to_image(grey, prompt="make it red", target_size={"width": 80, "height": 48})
    assert made.size == (80, 48)
    red, green, blue = made.convert("RGB").getpixel((5, 5))
    assert red > green + 30
    assert red > blue + 30
    assert hub.image_to_image(grey).size == (64, 64)


def test_pictures_are_described(hub: Peer) -> None:
    """Size, colour and what the file says; questions about them too."""
    text = 'a picture of 120 x 80 pixels, mostly green that says "a green cat"'
    assert hub.image_to_text(DRAWN).generated_text == text
    answers = hub.visual_question_answering(DRAWN, "What colour is it?", top_k=2)
    assert [one.answer for one in answers][:1] == ["green"]
    assert len(answers) == 2
    assert hub.visual_question_answering(DRAWN, "What is written there?")[0].answer == "a green cat"
    assert "cannot" in (hub.visual_question_answering(DRAWN, "Why?")[0].answer or "")


def test_documents_are_read(hub: Peer) -> None:
    """From the file's own text or the word boxes; start and end count words. Else it says that it cannot."""
    (found,) = hub.document_question_answering(DRAWN, "Which animal is green?")
    assert (found.answer, found.start, found.end) == ("cat", 2, 2)
    (found,) = hub.document_question_answering(DRAWN, "Invoice number?", word_boxes=["Invoice", "number", "us-001"])
    assert (found.answer, found.start, found.end) == ("us-001", 2, 2)
    plain = picture.png(4, 4, [bytearray(12) for _ in range(4)])
    assert "cannot read" in hub.document_question_answering(plain, "Total?")[0].answer


def test_labels_of_ones_own(hub: Peer) -> None:
    """Colour words and words in the picture's text decide."""
    out = hub.zero_shot_image_classification(DRAWN, ["a red thing", "a green thing"])
    assert out[0].label == "a green thing"
    assert sum(one.score for one in out) == pytest.approx(1)


def test_sounds_are_classified(hub: Peer) -> None:
    """By pitch and loudness."""
    assert hub.audio_classification(sound.wav(bytes(2000)))[0].label == "silence"
    assert hub.audio_classification(sound.wav(sound.tone(1500, 0.3)))[0].label == "high tones"
    (only,) = hub.audio_classification(sound.wav(sound.tone(150, 0.3)), top_k=1, function_to_apply="sigmoid")
    assert only.label == "low tones"


def test_sounds_are_parted(hub: Peer) -> None:
    """Two WAVs that together are the sound again; what cannot be decoded comes back as it is."""
    parts = hub.audio_to_audio(SAID)
    assert [(part.label, part.content_type) for part in parts] == [("low", "audio/wav"), ("high", "audio/wav")]
    for part in parts:
        with wave.open(io.BytesIO(part.blob)) as file:
            assert (file.getnchannels(), file.getframerate()) == (1, sound.RATE)
    sent = sound.decoded(SAID)
    got = [sound.decoded(part.blob) for part in parts]
    assert sent
    assert all(got)
    assert [a + b for a, b in zip(*(one.samples for one in got if one), strict=True)] == list(sent.samples)
    (whole,) = hub.audio_to_audio(b"fLaC" + bytes(40))
    assert (whole.content_type, whole.blob) == ("audio/flac", b"fLaC" + bytes(40))


def test_speech_and_back(hub: Peer) -> None:
    """What was said as a WAV is heard again."""
    spoken = hub.text_to_speech("Hello world")
    with wave.open(io.BytesIO(spoken)) as file:
        assert (file.getsampwidth(), file.getnframes() > 1000) == (2, True)
    assert hub.automatic_speech_recognition(spoken).text == "Hello world"
    assert hub.automatic_speech_recognition(hub.text_to_speech("a b c", max_new_tokens=2)).text == "a b"


def test_gaps_are_filled(hub: Peer) -> None:
    """Both masks; ids are stable, sequences whole, targets kept to."""
    out = hub.fill_mask("The goal of life is <mask>.", top_k=3)
    assert len(out) == 3
    assert all(one.sequence == f"The goal of life is{one.token_str}." for one in out)
    again = hub.fill_mask("The goal of life is <mask>.", top_k=3)
    assert [one.token for one in again] == [one.token for one in out]
    out = hub.fill_mask("[MASK] world!", targets=["hello", "bye"])
    assert {one.sequence for one in out} == {"hello world!", "bye world!"}
    assert sum(one.score for one in out) == pytest.approx(1)


@pytest.mark.parametrize(
    ("question", "context", "answer"),
    [
        ("What's my name?", "My name is Clara and I live in Berkeley.", "Clara"),
        ("Where do I live?", "My name is Clara and I live in Berkeley.", "Berkeley"),
        ("What is the capital of France?", "The capital of France is Paris.", "Paris"),
        ("When was it finished?", "It was begun in 1920. The building was finished in 1930.", "1930"),
        ("What is the meaning of life?", "42", "42"),
    ],
)
def test_questions_are_answered(hub: Peer, question: str, context: str, answer: str) -> None:
    """The documented questions; start and end cut the answer out of the context."""
    out: Any = hub.question_answering(question, context)
    assert out.answer == answer
    assert context[out.start : out.end] == answer
    assert 0 < out.score < 1


def test_several_answers(hub: Peer) -> None:
    """`top_k` gives a list, `max_answer_len` shortens, and nothing may be the answer."""
    context = "My name is Clara and I live in Berkeley."
    out: Any = hub.question_answering("What's my name?", context, top_k=2)
    assert [one.answer for one in out] == ["Clara", "Berkeley"]
    out = hub.question_answering("Who?", "Ada Lovelace", max_answer_len=1)
    assert out.answer == "Ada"
    out = hub.question_answering("Why?", context, top_k=9, handle_impossible_answer=True)
    assert "" in [one.answer for one in out]


def test_texts_are_shortened(hub: Peer) -> None:
    """Whole sentences of the text, as many as fit."""
    text = "The tower is tall. Its base is square. The tower in Paris is the tallest tower of all. It rains."
    short = hub.summarization(text).summary_text
    assert short in text
    assert hub.summarization(text, generate_parameters={"max_length": 3}).summary_text.count(" ") == 2


def test_translations_are_marked(hub: Peer) -> None:
    """The sandbox knows no language and says which was asked for."""
    out = hub.translation("Hello world", src_lang="en_XX", tgt_lang="fr_XX")
    assert out.translation_text == "[fr_XX] Hello world"
    made = hub.translation("Hello", model="Helsinki-NLP/opus-mt-en-fr")
    assert made.translation_text == "[fr] Hello"


def test_moods(hub: Peer) -> None:
    """Good words, bad words and denials."""
    assert hub.text_classification("I like you. I love you.")[0].label == "POSITIVE"
    assert hub.text_classification("This is not good")[0].label == "NEGATIVE"
    assert len(hub.text_classification("I like you", top_k=1)) == 1


def test_names(hub: Peer) -> None:
    """The documented names with their places; without grouping each word has its entity."""
    text = "My name is Sarah Jessica Parker but you can call me Jessica"
    out = hub.token_classification(text)
    assert [(one.entity_group, one.word, one.start, one.end) for one in out] == [
        ("PER", "Sarah Jessica Parker", 11, 31),
        ("PER", "Jessica", 52, 59),
    ]
    plain = hub.token_classification(text, aggregation_strategy="none")
    assert [one.entity for one in plain] == ["B-PER", "I-PER", "I-PER", "B-PER"]
    assert all(text[one.start : one.end] == one.word for one in plain)
    words = hub.token_classification("I met Sarah in Berlin", aggregation_strategy="none", ignore_labels=["PER"])
    assert [one.entity for one in words] == ["O", "O", "O", "B-LOC"]


def test_labels_for_texts(hub: Peer) -> None:
    """Scores sum to 1, with several labels they are independent."""
    labels = ["legal", "refund", "faq"]
    out = hub.zero_shot_classification("I want to be refunded", labels)
    assert out[0].label == "refund"
    assert sum(one.score for one in out) == pytest.approx(1)
    many = hub.zero_shot_classification("nothing of it", labels, multi_label=True)
    assert sum(one.score for one in many) < 0.5


@pytest.mark.parametrize(
    ("query", "answer", "aggregator", "coordinates"),
    [
        ("How many stars does the transformers repository have?", "36542", "NONE", [[0, 1]]),
        ("What is the total number of stars?", "SUM > 36542, 4512", "SUM", [[0, 1], [1, 1]]),
        ("What is the average of the stars?", "AVERAGE > 36542, 4512", "AVERAGE", [[0, 1], [1, 1]]),
        ("How many repositories are there?", "COUNT > Transformers, Datasets", "COUNT", [[0, 0], [1, 0]]),
        ("Which repository has the fewest stars?", "Datasets", "NONE", [[1, 0]]),
    ],
)
def test_tables(hub: Peer, query: str, answer: str, aggregator: str, coordinates: list[list[int]]) -> None:
    """The cells that the question means, and how they are joined."""
    out = hub.table_question_answering(TABLE, query)
    assert (out.answer, out.aggregator, out.coordinates) == (answer, aggregator, coordinates)
    columns = list(TABLE.values())
    assert out.cells == [columns[column][row] for row, column in coordinates]


def test_rows_are_classified(hub: Peer) -> None:
    """A class for each row."""
    assert hub.tabular_classification({"a": ["1", "9"], "b": ["2", "8"], "c": ["x", "y"]}) == [0, 1]


def test_chat_and_vectors(hub: Peer) -> None:
    """What was there before works without a model too."""
    assert hub.chat_completion([{"role": "user", "content": "Hi"}]).choices[0].message.content
    assert hub.text_generation("Hi", max_new_tokens=3) == " This is the"
    assert hub.sentence_similarity("the fox", ["the foxes", "tax"])[0] > 0.5
    pytest.importorskip("numpy", reason="numpy is not installed")
    assert hub.feature_extraction("Hi").shape == (256,)


def test_regression_by_wire(url: str) -> None:
    """huggingface_hub has no tabular regression; JavaScript sends the table as `data`."""
    body = {"inputs": {"data": {"Height": ["11.5", "12.5"], "Width": ["4.5", "5.5"], "Species": ["Bream", "Bream"]}}}
    assert ask(url, "/hf-inference/models/scikit-learn/Fish-Weight", body).json == [8.0, 9.0]


def test_depth_by_wire(url: str) -> None:
    """A grid of numbers and a grey picture of the whole size."""
    got = ask(url, "/hf-inference/models/Intel/dpt-large", DRAWN).json
    assert all(0 <= value <= 1 for row in got["predicted_depth"] for value in row)
    depth = opened(base64.b64decode(got["depth"]))
    assert (depth.mode, depth.size) == ("L", (120, 80))
