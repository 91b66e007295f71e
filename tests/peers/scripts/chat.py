"""Getting started: a chat, and all the fields of its answer (000:54-86)."""

from huggingface_hub import InferenceClient

messages = [
    {
        "role": "user",
        "content": "What is the capital of France?",
    }
]
client = InferenceClient(
    model="http://localhost:8080",
    api_key="my_together_api_key",
)
output = client.chat_completion(messages, max_tokens=100)
print(output.choices[0].message.content)
print(output.choices[0].finish_reason, output.choices[0].index, output.choices[0].message.role)
print(output.choices[0].message.tool_calls, output.choices[0].logprobs)
print(output.created, output.model, output.object, output.system_fingerprint)
print(output.usage.completion_tokens, output.usage.prompt_tokens, output["usage"]["total_tokens"])
