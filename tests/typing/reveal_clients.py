"""Never run: mypy and pyright must agree with each line's comment.

`# type: T` stands behind a `reveal_type`; `# error` behind a line that both must refuse.
"""

import asyncio
from typing import TYPE_CHECKING

from typing_extensions import assert_type, reveal_type

from infermux import AsyncInferenceClient, ImageToImageTargetSize, InferenceClient, Timeout
from infermux.types.chat import ChatCompletionOutput

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray
    from PIL.Image import Image

client = InferenceClient(provider="sandbox")
talk = [{"role": "user", "content": "Hi"}]

# Jobs.
film = client.submit.text_to_video("a cat", num_frames=8, provider="fal-ai")
reveal_type(film)  # type: Job[bytes]
reveal_type(film.result(timeout=5))  # type: bytes
reveal_type(film.status().progress)  # type: float | None
reveal_type([status.word for status in film])  # type: list[str]
reveal_type(client.submit.text_to_image("a cat").result())  # type: Image
reveal_type(client.job(film.to_json()))  # type: Job[Any]
client.submit.text_to_video("a cat", num_frame=8)  # error
client.submit.chat_completion(talk)  # error

# A chat, whole and streamed.
out = client.chat_completion(talk)
reveal_type(out)  # type: ChatCompletionOutput
reveal_type(out.choices)  # type: list[ChatCompletionOutputComplete]
reveal_type(out.choices[0].message.content)  # type: str | None
reveal_type(out.choices[0].message.tool_calls)  # type: list[ChatCompletionOutputToolCall] | None
reveal_type(out.usage.total_tokens)  # type: int
reveal_type(client.chat_completion(talk, stream=False))  # type: ChatCompletionOutput
reveal_type(client.chat_completion(talk, stream=True))  # type: Stream[ChatCompletionStreamOutput]
for chunk in client.chat_completion(talk, stream=True, max_tokens=5):
    reveal_type(chunk)  # type: ChatCompletionStreamOutput
    reveal_type(chunk.choices[0].delta.content)  # type: str | None
with client.chat_completion(talk, stream=True) as stream:
    reveal_type(stream)  # type: Stream[ChatCompletionStreamOutput]
    reveal_type(stream.served_by)  # type: str | None
reveal_type(out.choices[0]["sent_by_this_server_only"])  # type: Any
client.chat_completion([out.choices[0].message])
client.chat_completion(talk, timeout=Timeout(total=5), api_key="key", extra_body={"any": 1})
bias: dict[int, int] = {50256: -100}
client.chat_completion(talk, logit_bias=bias)

# The OpenAI spelling is the same method.
reveal_type(client.chat.completions.create(messages=talk))  # type: ChatCompletionOutput
reveal_type(client.chat.completions.create(messages=talk, stream=True))  # type: Stream[ChatCompletionStreamOutput]

# Text: four results.
reveal_type(client.text_generation("Once"))  # type: str
reveal_type(client.text_generation("Once", details=True))  # type: TextGenerationOutput
reveal_type(client.text_generation("Once", stream=True))  # type: Stream[str]
reveal_type(client.text_generation("Once", stream=True, details=True))  # type: Stream[TextGenerationStreamOutput]

# The JavaScript client's spellings of streams.
reveal_type(client.chat_completion_stream(talk))  # type: Stream[ChatCompletionStreamOutput]
reveal_type(client.text_generation_stream("Once"))  # type: Stream[TextGenerationStreamOutput]

# Other tasks.
picture: "Image" = client.text_to_image("a cat")
vectors: "NDArray[float32]" = client.feature_extraction("a cat")
reveal_type(client.automatic_speech_recognition(b"").text)  # type: str
reveal_type(client.automatic_speech_recognition("a.wav").chunks)  # type: list[AutomaticSpeechRecognitionOutputChunk] | None
reveal_type(client.audio_classification("a.wav"))  # type: list[AudioClassificationOutputElement]
reveal_type(client.audio_to_audio(b"")[0].blob)  # type: bytes
reveal_type(client.text_to_speech("Hi", top_k=5))  # type: bytes
reveal_type(client.tabular_classification({"a": [1]}))  # type: list[Any]
reveal_type(client.tabular_regression({"a": [1]}))  # type: list[float]
reveal_type(client.text_to_video("a cat", negative_prompt=["dark"]))  # type: bytes
reveal_type(client.image_text_to_video(prompt="a cat", num_frames=16))  # type: bytes
reveal_type(client.video_classification(b"")[0].score)  # type: float
reveal_type(client.fill_mask("A [MASK].", top_k=2)[0].token_str)  # type: str
reveal_type(client.question_answering("Who?", "It is Clara."))  # type: QuestionAnsweringOutputElement | list[QuestionAnsweringOutputElement]
reveal_type(client.sentence_similarity("a", ["b"]))  # type: list[float]
reveal_type(client.summarization("Hi", parameters={"max_length": 5}).summary_text)  # type: str
reveal_type(client.table_question_answering({"a": ["1"]}, "b").cells)  # type: list[str]
reveal_type(client.text_classification("Hi", function_to_apply="none")[0].score)  # type: float
reveal_type(client.token_classification("Hi")[0].entity_group)  # type: str | None
reveal_type(client.translation("Hi", src_lang="en", tgt_lang="fr"))  # type: TranslationOutput
reveal_type(client.translation("Hi").strip().upper())  # type: str
reveal_type(client.summarization("Hi").split())  # type: list[str]
reveal_type(client.zero_shot_classification("Hi", ["a", "b"])[0].label)  # type: str
reveal_type(client.image_classification("a.png", top_k=2)[0].label)  # type: str
reveal_type(client.image_segmentation(b"", subtask="panoptic")[0].mask)  # type: Image
reveal_type(client.object_detection("a.png", threshold=0.5)[0].box.xmin)  # type: int
reveal_type(client.image_to_text("a.png"))  # type: ImageToTextOutput
reveal_type(client.depth_estimation("a.png").depth)  # type: Image
tiger: "Image" = client.image_to_image(picture, "a tiger", target_size=ImageToImageTargetSize(width=64, height=64))
hat: "Image" = client.image_text_to_image(prompt="a hat", output_type="image")
reveal_type(client.document_question_answering("a.png", "Who?", word_boxes=["a", [0, 0, 1, 1]])[0].answer)  # type: str
reveal_type(client.visual_question_answering("a.png", "Who?")[0].answer)  # type: str | None
reveal_type(client.zero_shot_image_classification("a.png", ["a", "b"])[0].score)  # type: float
reveal_type(client.zero_shot_object_detection("a.png", ["a"])[0].box.ymax)  # type: int

# What is wrong is refused.
client.chat_completion("Hi", max_token=5)  # error
client.chat_completion(talk, max_tokens="five")  # error
client.chat_completion()  # error
client.text_generation(5)  # error
client.text_generation("Once", max_tokens=5)  # error
client.text_to_image("a cat", heigth=5)  # error
client.feature_extraction(text=5)  # error
client.automatic_speech_recognition(None)  # error
client.text_to_speech("Hi", voice="alloy")  # error
client.image_to_video(None)  # error
client.question_answering("Who?")  # error
client.text_classification("Hi", function_to_apply="tanh")  # error
client.summarization("Hi", max_length=5)  # error
client.image_segmentation("a.png", subtask="all")  # error
client.image_to_image(prompt="a tiger")  # error
client.visual_question_answering("a.png")  # error
client.zero_shot_object_detection("a.png")  # error
client.no_such_task("a cat")  # error
out.choices[0].mesage  # error
InferenceClient(modell="org/model")  # error
InferenceClient(timeout="soon")  # error
Timeout(totl=5)  # error

# Clients made of clients, and clients as contexts.
reveal_type(client.with_options(timeout=5))  # type: InferenceClient
reveal_type(client.endpoint("http://localhost:8080"))  # type: InferenceClient
with InferenceClient() as opened:
    reveal_type(opened)  # type: InferenceClient


async def main() -> None:
    other = AsyncInferenceClient(provider="sandbox")
    reveal_type(await other.chat_completion(talk))  # type: ChatCompletionOutput
    reveal_type(await other.chat_completion(talk, stream=True))  # type: AsyncStream[ChatCompletionStreamOutput]
    async for piece in await other.chat_completion(talk, stream=True):
        reveal_type(piece)  # type: ChatCompletionStreamOutput
    reveal_type(await other.text_generation("Once"))  # type: str
    reveal_type(await other.text_generation("Once", stream=True))  # type: AsyncStream[str]
    image: Image = await other.text_to_image("a cat")
    rows: NDArray[float32] = await other.feature_extraction(["a", "b"])
    reveal_type(await other.chat.completions.create(messages=talk))  # type: ChatCompletionOutput

    film = await other.submit.text_to_video("a cat")
    reveal_type(film)  # type: AsyncJob[bytes]
    reveal_type(await film.result())  # type: bytes
    reveal_type([status.word async for status in film])  # type: list[str]

    # A call is a coroutine: it can be a task of its own.
    task = asyncio.create_task(other.chat_completion(talk))
    reveal_type(task)  # type: Task[ChatCompletionOutput]
    speech = asyncio.create_task(other.automatic_speech_recognition(b""))
    reveal_type(await speech)  # type: AutomaticSpeechRecognitionOutput
    both = await asyncio.gather(other.text_generation("a"), other.chat_completion(talk))
    reveal_type(both)  # type: tuple[str, ChatCompletionOutput]
    assert_type(await asyncio.wait_for(other.chat_completion(talk), 5), ChatCompletionOutput)
    async with other as entered:
        reveal_type(entered)  # type: AsyncInferenceClient

    reveal_type(await other.translation("Hi"))  # type: TranslationOutput
    await other.chat_completion(talk, max_token=5)  # error
    await other.text_to_image("a cat", heigth=5)  # error
    for piece in await other.chat_completion(talk, stream=True):  # error
        pass
