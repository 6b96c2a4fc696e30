"""`python -m ehcp_flow` is `ehcp`."""

from ehcp_flow.cli.app import main

main()
