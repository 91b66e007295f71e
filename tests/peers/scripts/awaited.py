"""OpenAI compatibility, with asyncio (000:217-240); a text and its tokens (000:319-334)."""

import asyncio

from huggingface_hub import AsyncInferenceClient

client = AsyncInferenceClient(base_url="http://localhost:8080", api_key="sk-123")


async def main():
    stream = await client.chat.completions.create(
        model="meta-llama/Meta-Llama-3-8B-Instruct",
        messages=[{"role": "user", "content": "Say this is a test"}],
        stream=True,
    )
    async for chunk in stream:
        print(chunk.choices[0].delta.content or "", end="")
    async for token in await client.text_generation("The Huggingface Hub is", stream=True):
        print(token, end="")
    await client.close()


asyncio.run(main())
