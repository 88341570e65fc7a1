"""Compares a GeoTIFF with the raster computed whole, and prints what gdal says of it.

Usage: compare.py FILE HEIGHT WIDTH BANDS TYPE [ROW COLUMN HEIGHT WIDTH]: the window, if any, has no data.
"""
import json
import sys

import numpy
from osgeo import gdal

gdal.UseExceptions()
path, height, width, bands, kind = sys.argv[1], *map(int, sys.argv[2:5]), sys.argv[5]
hole = list(map(int, sys.argv[6:10]))
raster = gdal.Open(path)
assert (raster.RasterYSize, raster.RasterXSize, raster.RasterCount) == (height, width, bands), "the size differs"
nodata = raster.GetRasterBand(1).GetNoDataValue()


def computed(band, row, lines):
    rows = numpy.arange(row, row + lines, dtype="i8")[:, None]
    columns = numpy.arange(width, dtype="i8")[None, :]
    values = (rows * 7919 + columns * 104729 + band * 31) % 60001 + 0.25
    whole = {
        "u1": lambda: (values % 251).astype("u1"),
        "i2": lambda: (values - 30000).astype("i2"),
        "i4": lambda: values.astype("i4") - 30000,
    }.get(kind, lambda: values.astype(kind))()
    if hole:
        top, left, down, right = hole
        whole[max(top - row, 0) : max(top + down - row, 0), left : left + right] = nodata
    return whole


different = 0
for band in range(bands):
    for row in range(0, height, 256):
        lines = min(256, height - row)
        read = raster.GetRasterBand(band + 1).ReadAsArray(0, row, width, lines)
        wanted = computed(band, row, lines)
        assert read.dtype == wanted.dtype, f"{read.dtype} is not {wanted.dtype}"
        different += int((~((read == wanted) | ((read != read) & (wanted != wanted)))).sum())

structure = raster.GetMetadata("IMAGE_STRUCTURE")
system = raster.GetSpatialRef()
print(json.dumps({
    "different": different,
    "transform": raster.GetGeoTransform(can_return_null=True),
    "epsg": system and system.GetAuthorityCode(None),
    "system": system and system.GetName(),
    "nodata": None if nodata is None else str(nodata),
    "compression": structure.get("COMPRESSION"),
    "predictor": structure.get("PREDICTOR"),
    "tile": raster.GetRasterBand(1).GetBlockSize(),
}))
