"""A picture, saved (000:41-46), and vectors (003:190-228)."""

from huggingface_hub import InferenceClient

client = InferenceClient(model="http://localhost:8080")
image = client.text_to_image(
    "A flying car crossing a futuristic cityscape.",
    width=64,
    height=48,
)
image.save("flying_car.png")
print(image.size, image.mode, image.format)

vectors = client.feature_extraction("Hi, who are you?", model="http://localhost:8080/pipeline/feature-extraction")
print(vectors, vectors.dtype, vectors.shape)
