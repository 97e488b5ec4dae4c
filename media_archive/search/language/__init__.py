"""The language of the search box: what was typed becomes a tree, and the tree is what the index is asked."""
