using System.Buffers.Text;
using Apache.Arrow.Types;

namespace TaskQueue.Tables.Columns;

/// <summary>
/// Writes dates, times and durations of any size as ISO 8601. Fractions have no trailing zeros.
/// </summary>
internal ref struct IsoText(Span<byte> room)
{
    /// <summary>Bytes of the longest text.</summary>
    public const int Longest = 64;

    private const long SecondsPerDay = 86_400;
    private const int DaysTo1970 = 719_468;
    private const int DaysPerEra = 146_097;
    private const int YearsPerEra = 400;

    private readonly Span<byte> _room = room;
    private int _length;

    public readonly ReadOnlySpan<byte> Written => _room[.._length];

    /// <param name="day">Days since 1970-01-01, in the Gregorian calendar before 1582 too.</param>
    public void AddDate(long day)
    {
        // Eras of 400 years that start with a March, so that the leap day is the last of its year.
        day += DaysTo1970;
        var era = (day >= 0 ? day : day - DaysPerEra + 1) / DaysPerEra;
        var dayOfEra = day - (era * DaysPerEra);
        var yearOfEra = (dayOfEra - (dayOfEra / 1_460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        var dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        var monthFromMarch = ((5 * dayOfYear) + 2) / 153;
        var month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;

        AddYear(yearOfEra + (era * YearsPerEra) + (month <= 2 ? 1 : 0));
        Add((byte)'-');
        AddNumber(month, 2);
        Add((byte)'-');
        AddNumber(dayOfYear - (((153 * monthFromMarch) + 2) / 5) + 1, 2);
    }

    /// <param name="value">Time since midnight.</param>
    /// <param name="unit">What it counts.</param>
    public void AddTime(long value, TimeUnit unit)
    {
        var (seconds, fraction) = Split(value, unit);
        AddNumber(seconds / 3600, 2);
        Add((byte)':');
        AddNumber(seconds / 60 % 60, 2);
        Add((byte)':');
        AddNumber(seconds % 60, 2);
        AddFraction(fraction, unit);
    }

    /// <param name="value">Time since 1970-01-01.</param>
    /// <param name="unit">What it counts.</param>
    /// <param name="isUtc">Whether that day began in Greenwich; otherwise where is not known.</param>
    public void AddTimestamp(long value, TimeUnit unit, bool isUtc)
    {
        var unitsPerDay = SecondsPerDay * unit.PerSecond();
        var (day, rest) = Math.DivRem(value, unitsPerDay);
        if (rest < 0)
            (day, rest) = (day - 1, rest + unitsPerDay);
        AddDate(day);
        Add((byte)'T');
        AddTime(rest, unit);
        if (isUtc)
            Add((byte)'Z');
    }

    /// <summary>Adds milliseconds since 1970-01-01 that should be whole days; as a date where they are.</summary>
    public void AddMillisecondDate(long value)
    {
        const long MillisecondsPerDay = SecondsPerDay * 1000;
        if (value % MillisecondsPerDay is 0)
            AddDate(value / MillisecondsPerDay);
        else
            AddTimestamp(value, TimeUnit.Millisecond, isUtc: false);
    }

    public void AddDuration(long value, TimeUnit unit)
    {
        var (seconds, fraction) = Split(value, unit);
        Add((byte)'P');
        Add((byte)'T');
        AddSeconds(seconds, fraction, unit);
    }

    /// <summary>
    /// Adds an interval, whose months and days have no fixed length: <c>P1Y2M3DT4.5S</c>. Each part has its own sign.
    /// </summary>
    /// <param name="months">Written as years and months.</param>
    /// <param name="days">Not written when there are none.</param>
    /// <param name="time">Written as seconds.</param>
    /// <param name="unit">What <paramref name="time"/> counts.</param>
    public void AddInterval(int months, int days, long time, TimeUnit unit)
    {
        Add((byte)'P');
        AddPart(months / 12, (byte)'Y');
        AddPart(months % 12, (byte)'M');
        AddPart(days, (byte)'D');
        if (time is 0 && _length > 1)
            return;
        Add((byte)'T');
        var (seconds, fraction) = Split(time, unit);
        AddSeconds(seconds, fraction, unit);
    }

    private void Add(byte letter) => _room[_length++] = letter;

    private void AddSeconds(ulong seconds, ulong fraction, TimeUnit unit)
    {
        AddNumber(seconds, 1);
        AddFraction(fraction, unit);
        Add((byte)'S');
    }

    private void AddPart(int number, byte name)
    {
        if (number is 0)
            return;
        if (number < 0)
            Add((byte)'-');
        AddNumber(long.Abs(number), 1);
        Add(name);
    }

    /// <summary>Years outside four digits have a sign and at least six, as ISO 8601 asks.</summary>
    private void AddYear(long year)
    {
        if (year is >= 0 and <= 9999)
        {
            AddNumber(year, 4);
            return;
        }

        Add(year < 0 ? (byte)'-' : (byte)'+');
        AddNumber(long.Abs(year), 6);
    }

    private void AddNumber(long number, int digits) => AddNumber((ulong)number, digits);

    private void AddNumber(ulong number, int digits)
    {
        Utf8Formatter.TryFormat(number, _room[_length..], out var written, new('D', (byte)digits));
        _length += written;
    }

    private void AddFraction(ulong fraction, TimeUnit unit)
    {
        if (fraction is 0)
            return;
        Add((byte)'.');
        AddNumber(fraction, unit.Digits());
        while (_room[_length - 1] is (byte)'0')
            _length--;
    }

    /// <summary>Writes the sign, and splits what is left.</summary>
    private (ulong Seconds, ulong Fraction) Split(long value, TimeUnit unit)
    {
        if (value < 0)
            Add((byte)'-');
        var size = value < 0 ? 0 - (ulong)value : (ulong)value;
        return Math.DivRem(size, (ulong)unit.PerSecond());
    }
}
