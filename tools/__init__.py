"""What the project uses to keep itself in order; nothing of it is installed."""
