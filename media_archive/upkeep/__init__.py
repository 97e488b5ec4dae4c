"""Work that keeps what is there safe: further copies, and reading copies back."""
