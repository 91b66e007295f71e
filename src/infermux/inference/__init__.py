"""The import paths that huggingface_hub had for these names up to release 0.21."""
