"""The TypeScript examples of the JavaScript client's document in Python: spelt as Python spells, else as printed."""

from __future__ import annotations

from typing import Any

import numpy

from infermux import ChatCompletionOutput

PICTURE = "picture"
TWINS: dict[int, tuple[str, Any]] = {
    35: ('hf = InferenceClient(api_key="your access token")\nhf.token', str),
    71: (
        """
client = InferenceClient(api_key="hf_...")
client.text_to_image("A black forest cake", provider="replicate", model="black-forest-labs/Flux.1-dev")
""",
        PICTURE,
    ),
    113: ('text_generation(access_token="hf_...", model="model_or_endpoint", inputs="Once")', str),
    142: (
        """
client = InferenceClient()
try:
    result = client.text_generation("Hello, I'm a language model", model="gpt2")
except InferenceClientProviderApiError as error:
    print("Provider API Error:", error.message, error.request, error.response)
except InferenceClientHubApiError as error:
    print("Hub API Error:", error.message, error.request, error.response)
except InferenceClientProviderOutputError as error:
    print("Provider Output Error:", error.message)
except InferenceClientInputError as error:
    print("Input Error:", error.message)
result
""",
        str,
    ),
    234: (
        """
hf.text_generation("The answer to the universe is", model="mistralai/Mixtral-8x7B-v0.1", provider="together")
for output in hf.text_generation_stream(
    'repeat "one two three four"',
    model="mistralai/Mixtral-8x7B-v0.1",
    provider="together",
    max_new_tokens=250,
):
    print(output.token.text, output.generated_text)
output.generated_text
""",
        str,
    ),
    255: (
        """
out = hf.chat_completion(
    model="Qwen/Qwen3-32B",
    provider="cerebras",
    messages=[{"role": "user", "content": "Hello, nice to meet you!"}],
    max_tokens=512,
    temperature=0.1,
)
text = ""
for chunk in hf.chat_completion_stream(
    model="Qwen/Qwen3-32B",
    provider="cerebras",
    messages=[{"role": "user", "content": "Can you help me solve an equation?"}],
    max_tokens=512,
    temperature=0.1,
):
    if chunk.choices and len(chunk.choices) > 0:
        text += chunk.choices[0].delta.content or ""
print(text)
out
""",
        ChatCompletionOutput,
    ),
    285: (
        """
hf.feature_extraction(
    "That is a happy person", model="sentence-transformers/distilbert-base-nli-mean-tokens"
)
""",
        numpy.ndarray,
    ),
    296: ('hf.fill_mask("[MASK] world!", model="bert-base-uncased")', [{"score", "token", "token_str", "sequence"}]),
    307: (
        """
hf.summarization(
    "The tower is 324 metres (1,063 ft) tall, about the same height as an 81-storey building.",
    model="facebook/bart-large-cnn",
    extra_body={"max_length": 100},
)
""",
        {"summary_text"},
    ),
    322: (
        """
hf.question_answering(
    model="deepset/roberta-base-squad2",
    question="What is the capital of France?",
    context="The capital of France is Paris.",
)
""",
        {"answer", "score", "start", "end"},
    ),
    334: (
        """
hf.table_question_answering(
    model="google/tapas-base-finetuned-wtq",
    query="How many stars does the transformers repository have?",
    table={
        "Repository": ["Transformers", "Datasets", "Tokenizers"],
        "Stars": ["36542", "4512", "3934"],
        "Contributors": ["651", "77", "34"],
        "Programming language": ["Python", "Python", "Rust, Python and NodeJS"],
    },
)
""",
        {"answer", "cells", "coordinates", "aggregator"},
    ),
    353: (
        'hf.text_classification("I like you. I love you.", model="distilbert-base-uncased-finetuned-sst-2-english")',
        [{"label", "score"}],
    ),
    364: (
        """
hf.token_classification(
    "My name is Sarah Jessica Parker but you can call me Jessica",
    model="dbmdz/bert-large-cased-finetuned-conll03-english",
)
""",
        [{"word", "score", "start", "end"}],
    ),
    375: (
        """
hf.translation("My name is Wolfgang and I live in Berlin", model="t5-base")
hf.translation(
    "Guten Tag",
    model="facebook/mbart-large-50-many-to-many-mmt",
    src_lang="en_XX",
    tgt_lang="fr_XX",
)
""",
        {"translation_text"},
    ),
    395: (
        """
hf.zero_shot_classification(
    "Hi, I recently bought a device from your company but it is not working as advertised!",
    model="facebook/bart-large-mnli",
    candidate_labels=["refund", "legal", "faq"],
)
""",
        [{"label", "score"}],
    ),
    409: (
        """
hf.sentence_similarity(
    "That is a happy person",
    ["That is a happy dog", "That is a very happy person", "Today is a sunny day"],
    model="sentence-transformers/paraphrase-xlm-r-multilingual-v1",
)
""",
        [float],
    ),
    431: (
        'hf.automatic_speech_recognition("test/sample1.flac", model="facebook/wav2vec2-large-960h-lv60-self")',
        {"text"},
    ),
    444: (
        'hf.audio_classification(Path("test/sample1.flac").read_bytes(), model="superb/hubert-large-superb-er")',
        [{"label", "score"}],
    ),
    457: ('hf.text_to_speech("Hello world!", model="espnet/kan-bayashi_ljspeech_vits")', bytes),
    468: (
        'hf.audio_to_audio("test/sample1.flac", model="speechbrain/sepformer-wham")',
        [{"blob", "label", "content_type"}],
    ),
    483: ('hf.image_classification("test/cheetah.png", model="google/vit-base-patch16-224")', [{"label", "score"}]),
    496: ('hf.object_detection("test/cats.png", model="facebook/detr-resnet-50")', [{"label", "score", "box"}]),
    507: (
        'hf.image_segmentation("test/cats.png", model="facebook/detr-resnet-50-panoptic")',
        [{"label", "score", "mask"}],
    ),
    518: (
        'hf.image_to_text("test/cats.png", model="nlpconnect/vit-gpt2-image-captioning")',
        {"generated_text"},
    ),
    531: ('hf.text_to_image("a picture of a green bird", model="black-forest-labs/FLUX.1-dev")', "picture"),
    544: (
        """
hf.image_to_image(
    "test/stormtrooper_depth.png", prompt="elmo's lecture", model="lllyasviel/sd-controlnet-depth"
)
""",
        PICTURE,
    ),
    558: (
        """
hf.zero_shot_image_classification(
    "https://placekitten.com/300/300",
    model="openai/clip-vit-large-patch14-336",
    candidate_labels=["cat", "dog"],
)
""",
        [{"label", "score"}],
    ),
    579: (
        """
hf.visual_question_answering(
    "https://placekitten.com/300/300",
    "How many cats are lying down?",
    model="dandelin/vilt-b32-finetuned-vqa",
)
""",
        [{"answer", "score"}],
    ),
    595: (
        """
hf.document_question_answering(
    "https://huggingface.co/spaces/impira/docquery/resolve/2359223c1837a7587402bda0f2643382a6eefeab/invoice.png",
    "Invoice number?",
    model="impira/layoutlm-document-qa",
)
""",
        [{"answer", "score", "start", "end"}],
    ),
    611: (
        """
hf.tabular_regression(
    {
        "Height": ["11.52", "12.48", "12.3778"],
        "Length1": ["23.2", "24", "23.9"],
        "Species": ["Bream", "Bream", "Bream"],
        "Width": ["4.02", "4.3056", "4.6961"],
    },
    model="scikit-learn/Fish-Weight",
)
""",
        [float],
    ),
    631: (
        """
hf.tabular_classification(
    {"fixed_acidity": ["7.4", "7.8", "10.3"], "alcohol": ["9.4", "9.8", "12.6"]},
    model="vvmnnnkv/wine-quality",
)
""",
        [object],
    ),
    654: (
        """
MISTRAL_KEY = "key-1"
hf = InferenceClient(api_key=MISTRAL_KEY, endpoint_url="https://api.mistral.ai")
stream = hf.chat_completion_stream(
    model="mistral-tiny",
    messages=[{"role": "user", "content": "Complete the equation one + one = , just the answer"}],
)
out = ""
for chunk in stream:
    if chunk.choices and len(chunk.choices) > 0:
        out += chunk.choices[0].delta.content or ""
        print(out)
out
""",
        str,
    ),
    678: (
        """
hf = InferenceClient(
    api_key="hf_xxxxxxxxxxxxxx",
    endpoint_url="https://j3z5luu0ooo76jnl.us-east-1.aws.endpoints.huggingface.cloud/v1/",
)
response = hf.chat_completion(messages=[{"role": "user", "content": "What is the capital of France?"}])
response.choices[0].message.content
""",
        str,
    ),
    700: (
        """
hf = InferenceClient(
    api_key="hf_xxxxxxxxxxxxxx",
    endpoint_url="https://j3z5luu0ooo76jnl.us-east-1.aws.endpoints.huggingface.cloud/v1/",
)
hf.chat_completion(
    messages=[{"role": "user", "content": "What is the capital of France?"}],
    retry_on_error=False,
)
""",
        ChatCompletionOutput,
    ),
    723: (
        """
hf = InferenceClient(endpoint_url="http://localhost:8080")
response = hf.chat_completion(messages=[{"role": "user", "content": "What is the capital of France?"}])
response.choices[0].message.content
""",
        str,
    ),
}
"""Line of the document → the twin, and what it gives: a type, the fields of a record, or a list of either."""
