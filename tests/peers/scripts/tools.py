"""Function calling, and the answer of the tool sent back (001:1112-1157)."""

import json

from huggingface_hub import InferenceClient

tools = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "Get current temperature for a given location.",
            "parameters": {
                "type": "object",
                "properties": {"location": {"type": "string", "description": "City and country e.g. Paris, France"}},
                "required": ["location"],
            },
        },
    }
]

client = InferenceClient(base_url="http://localhost:8080/v1")

messages = [{"role": "user", "content": "What's the weather like the next 3 days in London, UK?"}]
response = client.chat.completions.create(
    model="Qwen/Qwen2.5-72B-Instruct",
    messages=messages,
    tools=tools,
    tool_choice="auto",
)

call = response.choices[0].message.tool_calls[0]
print(call.function.name, json.loads(call.function.arguments), call.function.arguments, call.type)

messages.append(response.choices[0].message)
messages.append({"role": "tool", "tool_call_id": call.id, "content": "Rain."})
print(client.chat_completion(messages, model="http://localhost:8080", tools=tools).choices[0].message.content)
