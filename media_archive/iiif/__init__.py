"""Pictures by the IIIF Image API 3.0: any region of any still or film frame, in any size, turn, quality and format."""
