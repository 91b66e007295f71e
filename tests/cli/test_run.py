"""`infermux run`: any task, with what is typed, piped and named."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from infermux.sandbox import Sandbox, picture, sound

from .running import COMMAND, environment, run

PNG = b"\x89PNG\r\n\x1a\n"
TABLE = {"Height": ["11.5", "12.4"], "Species": ["Bream", "Pike"]}
TALK = [{"role": "user", "content": "Hello"}]


def at(url: str, task: str) -> tuple[str, str]:
    """The option that leads to the sandbox's model for a task."""
    return "--base-url", f"{url}/hf-inference/models/sandbox/{task.replace('_', '-')}"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a sound, a picture and a table."""
    (tmp_path / "speech.wav").write_bytes(sound.speak("hello world"))
    (tmp_path / "cats.png").write_bytes(picture.draw("two cats", 64, 48))
    (tmp_path / "fish.csv").write_text("Height,Species\n11.5,Bream\n12.4,Pike\n", encoding="utf-8-sig")
    (tmp_path / "fish.tsv").write_text("Height\tSpecies\n11.5\tBream\n12.4\tPike\n")
    (tmp_path / "fish.json").write_text(json.dumps(TABLE))
    (tmp_path / "rows.json").write_text(
        '[{"Height": "11.5", "Species": "Bream"}, {"Height": "12.4", "Species": "Pike"}]'
    )
    (tmp_path / "article.txt").write_text("A long text. It goes on.\n")
    (tmp_path / "talk.json").write_text(json.dumps(TALK))
    return tmp_path


class TestInputs:
    """What is typed becomes what the task takes."""

    @pytest.mark.parametrize(
        ("words", "said", "sent"),
        [
            (("summarization", "a text"), "", "a text"),
            (("summarization", "@article.txt"), "", "A long text. It goes on."),
            (("summarization", "-"), "piped\n", "piped"),
            (("summarization",), "piped\n", "piped"),
            (("summarization", "-p", "text=named"), "", "named"),
            (("question-answering", "Who?", "Clara."), "", {"question": "Who?", "context": "Clara."}),
            (("question_answering", "Who?"), "Clara.\n", {"question": "Who?", "context": "Clara."}),
            (("question-answering", "Who?", "-p", "context=Clara."), "", {"question": "Who?", "context": "Clara."}),
            (("sentence-similarity", "a", "b", "c, d"), "", {"source_sentence": "a", "sentences": ["b", "c, d"]}),
            (("sentence-similarity", "a", "b"), "", {"source_sentence": "a", "sentences": ["b"]}),
            (
                ("sentence-similarity", "a", "-p", "other_sentences=b,c"),
                "",
                {"source_sentence": "a", "sentences": ["b", "c"]},
            ),
            (("feature-extraction", "one"), "", "one"),
            (("feature-extraction", "one", "two"), "", ["one", "two"]),
            (("tabular-regression", "fish.csv"), "", {"data": TABLE}),
            (("tabular-regression", "fish.tsv"), "", {"data": TABLE}),
            (("tabular-regression", "fish.json"), "", {"data": TABLE}),
            (("tabular-regression", "rows.json"), "", {"data": TABLE}),
            (("tabular-regression",), "Height,Species\n11.5,Bream\n12.4,Pike\n", {"data": TABLE}),
            (("tabular-regression", "-"), json.dumps(TABLE), {"data": TABLE}),
        ],
        ids=lambda value: " ".join(value)[:40] if isinstance(value, tuple) else "",
    )
    def test_inputs(self, home: Path, words: tuple[str, ...], said: str, sent: object) -> None:
        """A text, a file, a pipe, a name; lists and tables."""
        with Sandbox() as box:
            done = run(home, "run", *words, *at(box.url, words[0]), said=said)
        assert (done.returncode, done.stderr) == (0, "")
        assert box.requests[-1].json["inputs"] == sent

    @pytest.mark.parametrize(("word", "said"), [("Hello", ""), ("@talk.json", ""), ("-", "Hello")])
    def test_a_talk(self, home: Path, word: str, said: str) -> None:
        """A text is what the user says; a list of messages is the talk."""
        with Sandbox() as box:
            run(home, "run", "chat-completion", word, "--base-url", box.url, said=said)
        assert box.requests[0].json["messages"] == TALK

    def test_media_by_its_place(self, home: Path, url: str) -> None:
        """A path is read; an address is fetched."""
        for word in ("cats.png", f"{url}/files/64x48/cats.png"):
            done = run(home, "run", "image-to-text", word, *at(url, "image-to-text"))
            assert (done.returncode, done.stderr) == (0, "")
            assert done.stdout.strip()
        assert run(home, "run", "image-to-text", "dogs.png", *at(url, "image-to-text")).returncode == 1

    def test_piped_media(self, home: Path, url: str) -> None:
        """Bytes go through as they are."""
        words = [COMMAND, "run", "automatic-speech-recognition", "--base-url", url]
        said = (home / "speech.wav").read_bytes()
        done = subprocess.run(
            words, input=said, capture_output=True, timeout=20, check=True, cwd=home, env=environment(home)
        )
        assert done.stdout == b"hello world\n"

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (("question-answering", "a", "b", "c"), "question-answering QUESTION CONTEXT"),
            (("question-answering", "a"), "CONTEXT is missing"),
            (("question-anwering", "a", "b"), "did you mean question-answering?"),
            (("nonsense", "a"), "infermux tasks"),
            (("summarization", "a", "-p", "truncation"), "NAME=VALUE"),
            (("summarization", "a", "-p", "max=1", "-p", "max=2"), "given twice"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_usage(self, home: Path, words: tuple[str, ...], told: str) -> None:
        """A mistake is status 2, and what would be right is told."""
        done = run(home, "run", *words, "--provider", "sandbox")
        assert (done.returncode, done.stdout) == (2, "")
        assert told in " ".join(done.stderr.replace("│", "").split())

    @pytest.mark.parametrize(
        ("text", "told"),
        [("a,b\n1\n", "row 2 has 1 values, and the head has 2"), ("", "no table"), ('a\n"1', "no table")],
    )
    def test_no_table(self, home: Path, text: str, told: str) -> None:
        """A file that is no table is told by its row, and nothing is sent."""
        (home / "bad.csv").write_text(text)
        with Sandbox() as box:
            done = run(home, "run", "tabular-regression", "bad.csv", "--base-url", box.url)
        assert (done.returncode, told in done.stderr, box.requests) == (1, True, [])


class TestOptions:
    """`-p name=value`, by the type that the task declares."""

    @pytest.mark.parametrize(
        ("pair", "sent"),
        [
            ("top_k=3", {"top_k": 3}),
            ("top-k=3", {"top_k": 3}),
            ("temperature=1", {"temperature": 1}),
            ("do_sample=true", {"do_sample": True}),
            ("do_sample=False", {"do_sample": False}),
            ("stop=a,b", {"stop": ["a", "b"]}),
            ('stop=["a,b"]', {"stop": ["a,b"]}),
            ("stop=1", {"stop": ["1"]}),
            ("adapter_id=7", {"adapter_id": "7"}),
            ('grammar={"type": "regex", "value": "a"}', {"grammar": {"type": "regex", "value": "a"}}),
            ("grammar=@grammar.json", {"grammar": {"type": "regex", "value": "b"}}),
        ],
    )
    def test_types(self, home: Path, pair: str, sent: dict[str, object]) -> None:
        """Numbers, booleans, lists and JSON are read where they are wanted; a text stays one."""
        (home / "grammar.json").write_text('{"type": "regex", "value": "b"}')
        with Sandbox() as box:
            done = run(home, "run", "text-generation", "Hello", "-p", pair, "--base-url", box.url)
        assert (done.returncode, done.stderr) == (0, "")
        assert {**box.requests[0].json["parameters"]} == sent

    @pytest.mark.parametrize(
        ("pair", "told"),
        [
            ("max_new_token=5", "did you mean 'max_new_tokens'?"),
            ("temperature=warm", "temperature is of the wrong type"),
        ],
    )
    def test_the_task_refuses(self, home: Path, pair: str, told: str) -> None:
        """What it does not know, or cannot read, is its own error, before anything is sent."""
        with Sandbox() as box:
            done = run(home, "run", "text-generation", "Hello", "-p", pair, "--base-url", box.url)
        assert (done.returncode, told in done.stderr, box.requests) == (1, True, [])

    def test_model_and_key(self, home: Path) -> None:
        """The options that the commands share are those of the call."""
        with Sandbox() as box:
            run(home, "run", "chat-completion", "Hi", "--base-url", box.url, "-m", "a/b", "--api-key", "k")
        assert box.requests[0].json["model"] == "a/b"
        assert box.requests[0].headers["authorization"] == "Bearer k"

    def test_no_key(self, home: Path) -> None:
        """Without any, one line tells what to do."""
        done = run(home, "run", "summarization", "Hello")
        assert (done.returncode, "--provider sandbox" in done.stderr) == (1, True)


class TestAnswers:
    """Words and tables are shown, media are written to files."""

    def test_a_picture(self, home: Path, url: str) -> None:
        """It is named after the task, and never overwritten."""
        words = ("run", "text-to-image", "a cat", "-p", "width=32", "-p", "height=32", "--base-url", url)
        first, second = run(home, *words), run(home, *words)
        written = (home / "text-to-image.png").read_bytes()
        assert first.stdout == f"text-to-image.png: image/png, {len(written):,} bytes\n"
        assert second.stdout.startswith("text-to-image-2.png")
        assert written == (home / "text-to-image-2.png").read_bytes()
        assert written.startswith(PNG)

    def test_output(self, home: Path) -> None:
        """The file of the caller's choice; one that is there stays, and nothing is asked."""
        words = ("run", "text-to-image", "a cat", "-o", "cats.png", "--base-url")
        with Sandbox() as box:
            done = run(home, *words, box.url)
            assert (done.returncode, "--force" in done.stderr, box.requests) == (1, True, [])
            assert run(home, *words, box.url, "--force", "--json").stdout.startswith('{\n  "file": "cats.png"')
            assert run(home, "run", "text-to-image", "a cat", "-o", "no/cat.png", "--base-url", box.url).returncode == 1
        assert len(box.requests) == 1

    def test_into_a_pipe(self, home: Path, url: str) -> None:
        """`-o -` gives the bytes to the next program; what is told of them stands aside."""
        words = [COMMAND, "run", "text-to-speech", "Hello", "-o", "-", *at(url, "text-to-speech")]
        done = subprocess.run(words, capture_output=True, timeout=20, check=True, cwd=home, env=environment(home))
        assert done.stdout.startswith(b"RIFF")
        assert b"audio/wav" in done.stderr

    def test_an_address(self, home: Path, url: str) -> None:
        """What is no media, though it could be, is shown."""
        (home / "text-to-image.png").unlink(missing_ok=True)
        run(home, "run", "text-to-image", "a cat", "-p", "output_type=json", "--base-url", url)
        assert not (home / "text-to-image.png").exists()

    def test_text(self, home: Path, url: str) -> None:
        """The text of the answer; with `-o`, in a file."""
        assert (
            run(home, "run", "automatic-speech-recognition", "speech.wav", "--base-url", url).stdout == "hello world\n"
        )
        done = run(home, "run", "automatic-speech-recognition", "speech.wav", "-o", "said.txt", "--base-url", url)
        assert done.stdout == "said.txt: text/plain, 12 bytes\n"
        assert (home / "said.txt").read_text() == "hello world\n"

    def test_json(self, home: Path, url: str) -> None:
        """Everything that the server sent."""
        words = ("run", "automatic-speech-recognition", "speech.wav", "-p", "return_timestamps=true", "--json")
        answer = json.loads(run(home, *words, "--base-url", url).stdout)
        assert answer["text"] == "hello world"
        assert answer["chunks"]

    def test_a_stream(self, home: Path, url: str) -> None:
        """Its words as they come; with `--json` a line an item."""
        words = ("run", "chat-completion", "Hello", "-p", "stream=true", "--base-url", url)
        assert run(home, *words).stdout == "This is the infermux sandbox, not a model. You wrote: Hello\n"
        items = [json.loads(line) for line in run(home, *words, "--json").stdout.splitlines()]
        assert "".join(item["choices"][0]["delta"].get("content") or "" for item in items).startswith("This is")

    def test_a_stream_of_a_text(self, home: Path, url: str) -> None:
        """The mark that ends a text is none of its words."""
        words = ("run", "text-generation", "Hello", "-p", "stream=true", "--base-url", url)
        assert run(home, *words).stdout == " This is the infermux sandbox, not a model. The prompt was: Hello\n"

    def test_a_tool_call(self, home: Path, url: str) -> None:
        """Its name and arguments."""
        tool = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}
        words = ("run", "chat-completion", "The weather?", "-p", f"tools={json.dumps([tool])}", "--base-url", url)
        assert run(home, *words).stdout == "weather {}\n"

    def test_a_table(self, home: Path, url: str) -> None:
        """A row for each item, its columns below each other."""
        done = run(home, "run", "zero-shot-classification", "a refund, please", "refund", "legal", "--base-url", url)
        head, *rows = done.stdout.splitlines()
        assert sorted(head.split()) == ["label", "score"]
        assert sorted(row.split()[head.split().index("label")] for row in rows) == ["legal", "refund"]

    def test_numbers_beside_their_texts(self, home: Path, url: str) -> None:
        """Where each text of a list gets a number, they stand in one line."""
        done = run(home, "run", "sentence-similarity", "a happy dog", "a happy dog", "the market", "--base-url", url)
        first, second = done.stdout.splitlines()
        assert (first.split(), second.split(maxsplit=1)[1]) == (["1", "a", "happy", "dog"], "the market")

    def test_vectors(self, home: Path, url: str) -> None:
        """How many numbers there are; all of them as JSON."""
        words = ("run", "feature-extraction", "one", "two", "--base-url", url)
        assert run(home, *words).stdout.startswith("2 × 256 numbers: ")
        assert [len(row) for row in json.loads(run(home, *words, "--json").stdout)] == [256, 256]

    def test_sounds_within(self, home: Path, url: str) -> None:
        """With `-o` they go to numbered files, which the table names; without, their size is told."""
        words = ("run", "audio-to-audio", "speech.wav", *at(url, "audio-to-audio"))
        assert "audio/wav, " in run(home, *words).stdout
        assert "voice-1.wav" in run(home, *words, "-o", "voice.wav").stdout
        assert (home / "voice-1.wav").read_bytes().startswith(b"RIFF")
        assert run(home, *words, "-o", "voice.wav").returncode == 1
        assert json.loads(run(home, *words, "--json").stdout)[0]["blob"].startswith("UklGR")
