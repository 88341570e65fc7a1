using System.Runtime.InteropServices;
using System.Text.Json;

namespace TaskQueue.Tables.Columns;

/// <summary>Dates, times, durations and intervals, as texts in ISO 8601.</summary>
internal sealed class IsoColumn<T>(IsoColumn<T>.Format format) : FixedColumn<T> where T : unmanaged
{
    public delegate void Format(ref IsoText text, T value);

    protected override void WriteValue(Utf8JsonWriter writer, int row)
    {
        var text = new IsoText(stackalloc byte[IsoText.Longest]);
        format(ref text, this[row]);
        writer.WriteStringValue(text.Written);
    }
}

/// <summary>Days and milliseconds, as they lie in a buffer.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct DayInterval(int Days, int Milliseconds);

/// <summary>Months, days and nanoseconds, as they lie in a buffer.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct MixedInterval(int Months, int Days, long Nanoseconds);
