namespace TaskQueue.Tables.Arrow;

/// <summary>What a date, time, timestamp or duration counts.</summary>
internal enum TimeUnit
{
    Second,
    Millisecond,
    Microsecond,
    Nanosecond,
}

internal static class TimeUnits
{
    public static string Symbol(this TimeUnit unit) => unit switch
    {
        TimeUnit.Second => "s",
        TimeUnit.Millisecond => "ms",
        TimeUnit.Microsecond => "us",
        _ => "ns",
    };

    /// <summary>Decimal digits of a second's fraction.</summary>
    public static int Digits(this TimeUnit unit) => 3 * (int)unit;

    public static long PerSecond(this TimeUnit unit) => unit switch
    {
        TimeUnit.Second => 1,
        TimeUnit.Millisecond => 1_000,
        TimeUnit.Microsecond => 1_000_000,
        _ => 1_000_000_000,
    };
}
