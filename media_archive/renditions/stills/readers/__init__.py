"""One module for each way in which photographs are decoded. Runs in the reader process only."""
