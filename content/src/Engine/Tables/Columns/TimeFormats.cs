using System.Numerics;
using System.Text.Json;
using Apache.Arrow.Types;

namespace TaskQueue.Tables.Columns;

/// <summary>Days since 1970-01-01.</summary>
internal readonly struct DayFormat : IValueFormat<int>
{
    public void Write(Utf8JsonWriter writer, int value)
    {
        var text = new IsoText(stackalloc byte[IsoText.Longest]);
        text.AddDate(value);
        writer.WriteStringValue(text.Written);
    }
}

/// <summary>Milliseconds since 1970-01-01; whole days are written as dates.</summary>
internal readonly struct MillisecondDateFormat : IValueFormat<long>
{
    private const long MillisecondsPerDay = 86_400_000;

    public void Write(Utf8JsonWriter writer, long value)
    {
        if (value % MillisecondsPerDay is not 0)
        {
            new TimestampFormat(TimeUnit.Millisecond, isUtc: false).Write(writer, value);
            return;
        }

        var text = new IsoText(stackalloc byte[IsoText.Longest]);
        text.AddDate(value / MillisecondsPerDay);
        writer.WriteStringValue(text.Written);
    }
}

/// <summary>Time since midnight.</summary>
internal readonly struct TimeFormat<T>(TimeUnit unit) : IValueFormat<T>
    where T : unmanaged, IBinaryInteger<T>
{
    public void Write(Utf8JsonWriter writer, T value)
    {
        var text = new IsoText(stackalloc byte[IsoText.Longest]);
        text.AddTime(long.CreateTruncating(value), unit);
        writer.WriteStringValue(text.Written);
    }
}

/// <summary>Time since 1970-01-01, of Greenwich when it has a zone, of no known place when it has none.</summary>
internal readonly struct TimestampFormat(TimeUnit unit, bool isUtc) : IValueFormat<long>
{
    private const long SecondsPerDay = 86_400;

    public void Write(Utf8JsonWriter writer, long value)
    {
        var unitsPerDay = SecondsPerDay * unit.PerSecond();
        var (day, rest) = Math.DivRem(value, unitsPerDay);
        if (rest < 0)
            (day, rest) = (day - 1, rest + unitsPerDay);

        var text = new IsoText(stackalloc byte[IsoText.Longest]);
        text.AddDate(day);
        text.Add((byte)'T');
        text.AddTime(rest, unit);
        if (isUtc)
            text.Add((byte)'Z');
        writer.WriteStringValue(text.Written);
    }
}

/// <summary>A span of time, written as seconds: <c>PT90.5S</c>.</summary>
internal readonly struct DurationFormat(TimeUnit unit) : IValueFormat<long>
{
    public void Write(Utf8JsonWriter writer, long value)
    {
        var text = new IsoText(stackalloc byte[IsoText.Longest]);
        text.AddDuration(value, unit);
        writer.WriteStringValue(text.Written);
    }
}
