"""Many runs: planned, trained one after another or by several processes."""
