"""What comes back from each task, one module a family."""
