"""What every package stands on and that knows nothing of networks: files, processes, command lines, pages."""
