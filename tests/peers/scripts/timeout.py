"""A timeout (000:349-355), a wrong key, and what can be read of the errors."""

from huggingface_hub import InferenceClient, InferenceTimeoutError
from huggingface_hub.errors import HfHubHTTPError

client = InferenceClient(model="http://localhost:8080", timeout=0.1, headers={"x-sandbox-fault": "S06:1"})
try:
    client.text_generation("The huggingface_hub library is ")
except InferenceTimeoutError:
    print("Inference timed out after 0.1s.")

client = InferenceClient(model="http://localhost:8080", headers={"x-sandbox-fault": "S12"})
try:
    client.chat_completion([{"role": "user", "content": "Hello"}])
except HfHubHTTPError as error:
    print(type(error).__name__, error.response.status_code, error.response.json()["error"]["code"])
