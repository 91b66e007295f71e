"""Never run: the names of types, which are loaded when they are asked for, as type checkers see them."""

from typing_extensions import reveal_type

import infermux
from infermux import *
from infermux import (
    AudioClassificationOutputTransform,
    ClassificationOutput,
    ImageToImageTargetSize,
    TextGenerationParameters,
    ZeroShotClassificationParameters,
)

client = InferenceClient(provider="sandbox")
talk = [ChatCompletionInputMessage(role="user", content="Hi")]

# Every way to a name leads to its type.
reveal_type(infermux.ImageToImageTargetSize(width=1, height=2))  # type: ImageToImageTargetSize
reveal_type(ImageToImageTargetSize(width=1, height=2).width)  # type: int
reveal_type(TextToSpeechGenerationParameters().early_stopping)  # type: bool | Literal['never'] | None
reveal_type(ClassificationOutput(label="a", score=0.5).score)  # type: float
reveal_type(TextGenerationParameters(top_k=5).max_new_tokens)  # type: int
reveal_type(Details.parse({}).tokens)  # type: list[TextGenerationOutputToken]
transform: AudioClassificationOutputTransform = "softmax"
padding: Padding = "longest"

# Typed inputs go wherever a dict goes.
grammar = TextGenerationInputGrammarType(type="regex", value="[a-z]+")
reveal_type(client.text_generation("Once", grammar=grammar))  # type: str
size = ImageToImageTargetSize(width=64, height=64)
client.text_to_image("a cat", target_size=size, extra_body=TextToImageParameters(seed=1))
schema = ChatCompletionInputJSONSchema(name="place", schema={"type": "object"})
response_format = ChatCompletionInputResponseFormatJSONSchema(type="json_schema", json_schema=schema)
reveal_type(client.chat_completion(talk, response_format=response_format))  # type: ChatCompletionOutput
tool = ChatCompletionInputTool(type="function", function=ChatCompletionInputFunctionDefinition(name="f"))
client.chat_completion(talk, tools=[tool], stream_options=ChatCompletionInputStreamOptions(include_usage=True))

# What is wrong is refused.
transform = "tanh"  # error
ImageToImageTargetSize(width=1)  # error
ImageToImageTargetSize(width=1, height="2")  # error
ZeroShotClassificationParameters(multi_label=True)  # error
TextGenerationParameters(max_new_tokens="many")  # error
TextGenerationParameters(max_new_token=5)  # error
infermux.NoSuchType  # error
