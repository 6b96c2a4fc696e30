"""One file per verb. The command line, the web, the API and the scheduler call these and show what comes back."""
