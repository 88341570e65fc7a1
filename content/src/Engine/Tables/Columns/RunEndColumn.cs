using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace TaskQueue.Tables.Columns;

/// <summary>A column whose values stand once for each run of equal rows, beside the row where the run ends.</summary>
internal sealed class RunEndColumn(IntegerType end, ArrowColumn values, ByteQuota repeated)
    : SharedColumn(values, repeated)
{
    private readonly int _width = end.BitWidth / 8;
    private ReadOnlyMemory<byte> _ends;
    private int _run;

    /// <summary>Rows are mostly asked for in order: the run of the last one, or the next, is the likely one.</summary>
    protected override int PlaceOf(int row)
    {
        row += First;
        if (row >= EndOf(_run - 1) && row < EndOf(_run))
            return _run;
        return _run = row >= EndOf(_run) && row < EndOf(_run + 1) ? _run + 1 : Find(row);
    }

    protected override void LoadValues(ArrayData data)
    {
        var (ends, runs) = (data.Children[0], data.Children[1]);
        _ends = ends.GetBuffer(1, (long)ends.Length * _width);
        _run = 0;
        LoadShared(runs);
        CheckEnds(ends);
    }

    private void CheckEnds(ArrayData ends)
    {
        if (ends.NullCount > 0 || ends.Length != Values.Length)
            throw new InvalidDataException("its runs do not fit its values");
        for (var run = 0; run < ends.Length; run++)
        {
            if (EndOf(run) <= EndOf(run - 1))
                throw new InvalidDataException("its runs do not follow each other");
        }

        if (EndOf(ends.Length - 1) < Length)
            throw new InvalidDataException("its runs end before its rows");
    }

    private int Find(int row)
    {
        var (low, high) = (0, Values.Length - 1);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = row < EndOf(middle) ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    /// <summary>Behind the last row of a run; 0 before the first run, and the last row behind the last.</summary>
    private long EndOf(int run)
    {
        if (run < 0)
            return 0;
        if (run >= Values.Length)
            return long.MaxValue;
        var bytes = _ends.Span[(run * _width)..];
        return _width switch
        {
            2 => MemoryMarshal.Read<short>(bytes),
            4 => MemoryMarshal.Read<int>(bytes),
            _ => MemoryMarshal.Read<long>(bytes),
        };
    }
}
