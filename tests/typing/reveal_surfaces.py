"""Never run: mypy and pyright must agree with each line's comment.

`# type: T` stands behind a `reveal_type`; `# error` behind a line that both must refuse.
"""

from typing_extensions import reveal_type

import infermux
from infermux import AsyncInferenceClient, InferenceApi, InferenceClient, aio

client = InferenceClient(provider="sandbox", use_cache=False, url_transform=str.lower)
talk = [{"role": "user", "content": "Hi"}]

# Requests of one's own.
reveal_type(client.post(json={}))  # type: RawAnswer
reveal_type(client.post(json={}).headers["Content-Type"])  # type: str
reveal_type(client.post(json={}, stream=True))  # type: Stream[bytes]
reveal_type(client.streaming_request("a"))  # type: Stream[Any]
reveal_type(client.conversational("a").conversation.generated_responses)  # type: list[str]
client.post(data=5)  # error
client.post(json={}, strem=True)  # error
client.run()  # error

# Status and lists.
reveal_type(client.get_model_status("org/m").loaded)  # type: bool
reveal_type(client.list_deployed_models())  # type: dict[str, list[str]]
reveal_type(client.list_provider_models("groq")[0].provider_id)  # type: str
reveal_type(client.list_router_models()[0].providers[0].pricing)  # type: RouterModelPricing | None
reveal_type(client.health_check())  # type: bool
reveal_type(InferenceClient.get_recommended_model("translation"))  # type: str
reveal_type(client.get_recommended_model("translation"))  # type: str
client.get_model_status(5)  # error
InferenceClient(use_cache="no")  # error
InferenceApi("org/m", taks="fill-mask")  # error

# Tasks as functions, by our words and by those of the JavaScript client.
reveal_type(infermux.text_generation("a"))  # type: str
reveal_type(infermux.text_generation("a", stream=True))  # type: Stream[str]
reveal_type(infermux.text_generation(access_token="hf_1", model="m", inputs="a", parameters={"top_k": 1}))  # type: str
reveal_type(infermux.chat_completion(talk, access_token="hf_1"))  # type: ChatCompletionOutput
reveal_type(infermux.chat_completion(talk, stream=True))  # type: Stream[ChatCompletionStreamOutput]
reveal_type(infermux.automatic_speech_recognition(data=b"", use_cache=False))  # type: AutomaticSpeechRecognitionOutput
reveal_type(infermux.automatic_speech_recognition("a.wav", return_timestamps=True).text)  # type: str
infermux.text_generation(inputs="a", max_token=5)  # error
infermux.automatic_speech_recognition()  # error
infermux.automatic_speech_recognition("a.wav", returns=True)  # error


async def main() -> None:
    """The same, awaited."""
    other = AsyncInferenceClient(provider="sandbox")
    reveal_type(await other.post(json={}))  # type: RawAnswer
    reveal_type(await other.post(json={}, stream=True))  # type: AsyncStream[bytes]
    reveal_type(await other.health_check("https://h.example"))  # type: bool
    reveal_type(await AsyncInferenceClient.get_recommended_model("translation"))  # type: str
    reveal_type(await aio.text_generation("a", stream=True))  # type: AsyncStream[str]
    reveal_type(await aio.chat_completion(talk))  # type: ChatCompletionOutput
    reveal_type(await aio.automatic_speech_recognition(data=b""))  # type: AutomaticSpeechRecognitionOutput
    await aio.text_generation(5)  # error
