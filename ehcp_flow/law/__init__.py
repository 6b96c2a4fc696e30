"""What a workflow file may say, read strictly. The law itself is in `workflows/*.yaml`."""
