#!/usr/bin/env bash
# How large is a block: windows of 64, 128 and 256 pixels of the sample's raster made larger, run by "run" with 4 and 8
# workers in a copy of content/. Prints a table in Markdown, as content/docs/workers.md has it.
# Usage: blocks.sh [FOLDER]; without a folder, a temporary one is made and removed. A folder that holds a project is used.
# BLOCK_SCALE: how often the sample is repeated in each direction, 10 unless set: 4,000 x 2,400 pixels. BLOCK_ROUNDS: 3. BLOCK_CONFIGURATION: Release.
set -euo pipefail
repository=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
scale=${BLOCK_SCALE:-10}
rounds=${BLOCK_ROUNDS:-3}
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

if (($# > 0)); then
  folder=$1
else
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
fi
if [[ ! -d $folder/src ]]; then
  tar --create --directory "$repository/content" --exclude bin --exclude obj --exclude tests --exclude examples . | tar --extract --directory "$folder"
fi
cat >"$folder/src/Tasks/Block.cs" <<'TASK'
using Sample;
using TaskQueue.Contracts;

namespace Tasks;

public sealed record BlockParameters(string Raster, int RowOff, int ColOff, int Height, int Width);

/// <summary>The mean vegetation index of a block.</summary>
public sealed class Block : ITask<BlockParameters, double>
{
    public async Task<double> RunTask(BlockParameters parameters, TaskContext context, CancellationToken cancellationToken)
    {
        var window = new Window(parameters.RowOff, parameters.ColOff, parameters.Height, parameters.Width);
        var raster = await EnviRaster.OpenAsync(parameters.Raster, context.Inputs, cancellationToken);
        var red = await raster.ReadAsync("red", window, cancellationToken);
        var infrared = await raster.ReadAsync("near infrared", window, cancellationToken);
        return red.Zip(infrared, (r, n) => r + n == 0 ? 0 : (n - r) / (n + r)).Average();
    }
}
TASK
cd "$folder"
python3 - "$scale" <<'PYTHON'
import sys
scale = int(sys.argv[1])
header = open("sample/landscape.hdr").read()
samples, lines = 400, 240
open("large.hdr", "w").write(header.replace("samples = 400", f"samples = {400 * scale}").replace("lines = 240", f"lines = {240 * scale}"))
with open("sample/landscape.bsq", "rb") as small, open("large.bsq", "wb") as large:
    while band := small.read(2 * samples * lines):
        wide = b"".join(band[2 * samples * line:2 * samples * (line + 1)] * scale for line in range(lines))
        for _ in range(scale):
            large.write(wide)
PYTHON
project=$(basename -- *.csproj .csproj)
configuration=${BLOCK_CONFIGURATION:-Release}
dotnet build "$project.csproj" --configuration "$configuration" --verbosity quiet --nologo >&2
program=(dotnet "bin/$configuration/net10.0/$project.dll")

echo '| block | rows | workers | seconds | rows/s | outside of tasks |'
echo '|---|---|---|---|---|---|'
for size in 64 128 256; do
  "${program[@]}" make-table grid --height $((240 * scale)) --width $((400 * scale)) --size "$size" --output "blocks-$size" --replace >&2
  for workers in 4 8; do
    for ((round = 0; round < rounds; round++)); do
      rm -rf output queue queue-* seconds.csv
      start=$(date +%s.%N)
      "${program[@]}" run --task block --table "blocks-$size" --set raster=large.bsq --workers "$workers" >/dev/null 2>run.log || { cat run.log >&2; exit 1; }
      end=$(date +%s.%N)
      "${program[@]}" results --task block --columns id,seconds --output seconds.csv >/dev/null
      echo "$start $end $(awk -F, 'NR > 1 { n++; s += $2 } END { print n, s }' seconds.csv)"
    done | sort -k1 | awk -v size="$size" -v workers="$workers" '
      { all[NR] = $2 - $1; rows = $3; busy[NR] = $4 }
      END {
        for (i = 1; i <= NR; i++) for (j = i + 1; j <= NR; j++) if (all[j] < all[i]) { t = all[i]; all[i] = all[j]; all[j] = t; t = busy[i]; busy[i] = busy[j]; busy[j] = t }
        m = int((NR + 1) / 2)
        printf "| %d | %d | %d | %.1f | %.0f | %.0f %% |\n", size, rows, workers, all[m], rows / all[m], 100 * (1 - busy[m] / (workers * all[m]))
      }'
  done
done
