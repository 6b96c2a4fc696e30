"""`ehcp scheduler run`: a process that does each night's work when its hour comes, and sends what waits to be sent."""
