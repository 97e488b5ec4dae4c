"""How sharp a picture is, to propose which of a burst to keep. Runs in the reader process."""

#: pixels of the longer side that pictures are compared at
EDGE = 1024


def measure(path: str) -> float:
    """The variance of the Laplacian of its luma: of pictures of one moment, the sharpest has the largest.

    J. L. Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy: a comparative study" (2000).
    """
    import pyvips

    picture = pyvips.Image.thumbnail(path, EDGE, size="down").colourspace("b-w")
    laplacian = pyvips.Image.new_from_array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])
    return float(picture.cast("float").conv(laplacian, precision="float").deviate() ** 2)
