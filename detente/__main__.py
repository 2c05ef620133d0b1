"""`python -m detente` does what `detente` does."""

from detente.cli import main

main()
