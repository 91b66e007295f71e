"""One typed client, sync and async, for running inference on every model provider."""
