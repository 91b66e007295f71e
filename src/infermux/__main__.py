"""`python -m infermux`: the command line."""

from .cli import main

main()
