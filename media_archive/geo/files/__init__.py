"""Tables with geometry: CSV, GeoJSON, Shapefile and GeoPackage, read in the child process and written."""
