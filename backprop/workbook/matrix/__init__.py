"""The form in matrices: an epoch is a band of blocks, X, W, Z, A, δ, with MMULT and TRANSPOSE, as lectures write it."""
