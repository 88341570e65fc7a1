using System.Globalization;
using TaskQueue.Contracts;
using TaskQueue.Tables;

namespace TaskQueue.Grids;

/// <summary>A table of consecutive whole numbers.</summary>
internal static class RangeTable
{
    private static readonly FeatherColumn[] Columns = [new("id", ColumnKind.Integer)];

    /// <param name="range">START..END; the end is not in it, as in C# and Python.</param>
    /// <exception cref="TaskQueueException">It is no range, or an empty one (exit code 64).</exception>
    public static NewTable Create(string range)
    {
        if (range.Split("..") is not [var first, var last] || !TryRead(first, out var start) || !TryRead(last, out var end))
            throw Refuse($"{Printable.Quote(range)} is no range.");
        if (start >= end)
            throw Refuse($"The range {range} is empty.");
        if ((Int128)end - start > NewTable.MostRows)
            throw Refuse($"The range {range} is too long; allowed: {NewTable.MostRows} numbers.");

        return new(Columns, end - start, Numbers(start, end));
    }

    private static IEnumerable<object[]> Numbers(long start, long end)
    {
        for (var number = start; number < end; number++)
            yield return [number];
    }

    private static bool TryRead(string text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    private static TaskQueueException Refuse(string what) =>
        new(ExitCode.Usage, what, null, "Write START..END, as in 0..20 for the numbers from 0 to 19.");
}
