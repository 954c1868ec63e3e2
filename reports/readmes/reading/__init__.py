"""READMEs as data: blocks, parameter tables, training logs. Judges nothing."""
