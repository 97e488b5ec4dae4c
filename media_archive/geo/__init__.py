"""Places on the ground: datums, geometry, distances. It knows no catalogue.

Everywhere else in the archive a geometry is GeoJSON (RFC 7946) in WGS-84 degrees, longitude first; what was given in
another datum is brought here (`datums.normalise`) and kept beside as it was.
"""
