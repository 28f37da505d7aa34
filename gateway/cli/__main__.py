"""`python -m gateway.cli` is the command `tillgraph`, also where that is not on the path."""

from gateway.cli import main

main()
