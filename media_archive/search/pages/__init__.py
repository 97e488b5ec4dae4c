"""Pages of results in an order that is the same for everybody."""
