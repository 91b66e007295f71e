"""The same calls by other clients and by ours, against one sandbox: what is sent and what comes back."""
