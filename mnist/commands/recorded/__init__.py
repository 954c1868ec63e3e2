"""Commands about a run that was recorded: its folder comes first."""
