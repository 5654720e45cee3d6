"""`python -m soundscape` is the `soundscape` command."""

from soundscape.cli import main

if __name__ == "__main__":
    main()
