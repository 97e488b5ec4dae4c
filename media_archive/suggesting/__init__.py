"""What the rules suspect of assets: which subjects they show, and which pictures show one place then and now."""
