"""The catalogue written to every place as a bundle, and an archive made again from one."""
