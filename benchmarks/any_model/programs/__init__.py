"""Models as tables of named quantities: what each cell of each quantity is, before anybody says where it stands."""
