using TaskQueue.Contracts;

namespace TaskQueue.Reports.Gather;

/// <summary>How blocks make up a raster.</summary>
/// <param name="Height">Its lines.</param>
/// <param name="Width">Its columns.</param>
/// <param name="Blocks">Those that are there; they do not overlap.</param>
/// <param name="Uncovered">How many pixels are in no block.</param>
internal sealed record BlockPlan(int Height, int Width, IReadOnlyList<BlockPlace> Blocks, long Uncovered)
{
    /// <param name="places">Of all rows, in the order of the table.</param>
    /// <param name="size">Height and width of the raster; null when the blocks say.</param>
    /// <param name="mayMiss">Whether pixels may be in no block.</param>
    /// <exception cref="TaskQueueException">Blocks overlap, lie outside, or leave gaps that they may not (65).</exception>
    public static BlockPlan Make(IReadOnlyList<BlockPlace> places, (int Height, int Width)? size, bool mayMiss)
    {
        var (height, width) = size ?? (places.Max(place => place.Bottom), places.Max(place => place.Right));
        if (places.FirstOrDefault(place => place.Bottom > height || place.Right > width) is { } outside)
            throw new TaskQueueException(
                ExitCode.BadInput, $"The block of row {Printable.Quote(outside.Id)} lies outside the raster of {height} x {width} pixels.",
                $"At {outside}", "Give --like a raster that has the size of the whole.");

        CheckOverlap(places);
        List<BlockPlace> blocks = [.. places.Where(place => place.Block is not null)];
        var uncovered = ((long)height * width) - blocks.Sum(place => (long)place.Height * place.Width);
        return uncovered == 0 || mayMiss ? new(height, width, blocks, uncovered) : throw new TaskQueueException(
            ExitCode.BadInput, $"The blocks leave {Counted.Of(uncovered, "pixel")} of {height} x {width} uncovered.", null,
            "Give the table a row for each part, or leave gaps: --allow-missing");
    }

    /// <summary>Goes down the raster and knows the blocks at each line by their columns: neighbours alone can overlap.</summary>
    private static void CheckOverlap(IReadOnlyList<BlockPlace> places)
    {
        var here = new SortedSet<BlockPlace>(Comparer<BlockPlace>.Create((a, b) => a.Column.CompareTo(b.Column)));
        var ends = new PriorityQueue<BlockPlace, int>();
        foreach (var place in places.OrderBy(place => place.Row))
        {
            while (ends.TryPeek(out var above, out var bottom) && bottom <= place.Row)
            {
                here.Remove(above);
                ends.Dequeue();
            }

            var before = here.GetViewBetween(new("", 0, 0, 0, 0, null), place).Max;
            var after = here.GetViewBetween(place, new("", 0, int.MaxValue, 0, 0, null)).Min;
            var other = before?.Right > place.Column ? before : after?.Column < place.Right ? after : null;
            if (other is not null)
                throw new TaskQueueException(
                    ExitCode.BadInput, $"The blocks of rows {Printable.Quote(other.Id)} and {Printable.Quote(place.Id)} overlap.",
                    $"At {other}; and at {place}", "A pad belongs to the block's top, left, bottom and right, not to the row's window.");
            here.Add(place);
            ends.Enqueue(place, place.Bottom);
        }
    }
}
