using System.Runtime.InteropServices;
using System.Text.Json;
using Apache.Arrow.Types;

namespace TaskQueue.Tables.Columns;

/// <summary>Whole months.</summary>
internal readonly struct MonthIntervalFormat : IValueFormat<int>
{
    public void Write(Utf8JsonWriter writer, int value)
    {
        var text = new IsoText(stackalloc byte[IsoText.Longest]);
        text.AddInterval(value, days: 0, time: 0, TimeUnit.Second);
        writer.WriteStringValue(text.Written);
    }
}

/// <summary>Days and milliseconds, as they lie in a buffer.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct DayInterval(int Days, int Milliseconds);

internal readonly struct DayIntervalFormat : IValueFormat<DayInterval>
{
    public void Write(Utf8JsonWriter writer, DayInterval value)
    {
        var text = new IsoText(stackalloc byte[IsoText.Longest]);
        text.AddInterval(months: 0, value.Days, value.Milliseconds, TimeUnit.Millisecond);
        writer.WriteStringValue(text.Written);
    }
}

/// <summary>Months, days and nanoseconds, as they lie in a buffer.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct MixedInterval(int Months, int Days, long Nanoseconds);

internal readonly struct MixedIntervalFormat : IValueFormat<MixedInterval>
{
    public void Write(Utf8JsonWriter writer, MixedInterval value)
    {
        var text = new IsoText(stackalloc byte[IsoText.Longest]);
        text.AddInterval(value.Months, value.Days, value.Nanoseconds, TimeUnit.Nanosecond);
        writer.WriteStringValue(text.Written);
    }
}
