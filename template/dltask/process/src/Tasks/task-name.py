"""task-name: the mean vegetation index (NDVI) of a window of a raster.

Standard input is the row; the last line of standard output is the result. All that is printed is kept in the row's log.
Exit code 0 is done, 75 "try again", 65 "never try again"; any other is a failed attempt. See docs/any-program.md.
"""

import array
import json
import os
import sys

NEVER_AGAIN = 65  # EX_DATAERR of sysexits.h


def read_header(path):
    """The lines "name = value" of an ENVI header."""
    with open(path, encoding="utf-8") as file:
        pairs = (line.split("=", 1) for line in file if "=" in line)
        return {name.strip(): value.strip() for name, value in pairs}


def read_window(path, header, band, row):
    """The pixels of one band: little-endian uint16 values, one band after the other."""
    samples, lines = int(header["samples"]), int(header["lines"])
    bands = [name.strip() for name in header["band names"].strip("{}").split(",")]
    first = bands.index(band) * lines
    pixels = array.array("H")
    with open(path, "rb") as file:
        for line in range(row["row"], row["row"] + row["height"]):
            file.seek(2 * ((first + line) * samples + row["column"]))
            pixels.fromfile(file, row["width"])
    if sys.byteorder == "big":
        pixels.byteswap()
    return pixels


def main():
    row = json.load(sys.stdin)
    header = read_header(os.path.splitext(row["raster"])[0] + ".hdr")
    inside = 0 <= row["row"] and 0 < row["height"] <= int(header["lines"]) - row["row"]
    inside &= 0 <= row["column"] and 0 < row["width"] <= int(header["samples"]) - row["column"]
    if not inside:
        print(f"{row['window_id']} is not inside of {row['raster']}", file=sys.stderr)
        return NEVER_AGAIN

    red = read_window(row["raster"], header, "red", row)
    infrared = read_window(row["raster"], header, "near infrared", row)
    ndvi = [(n - r) / (n + r) if n + r else 0 for r, n in zip(red, infrared)]
    print(f"attempt {os.environ['TASK_ATTEMPT']}: {len(ndvi)} pixels")
    print(json.dumps({"mean_ndvi": round(sum(ndvi) / len(ndvi), 4), "pixels": len(ndvi)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
