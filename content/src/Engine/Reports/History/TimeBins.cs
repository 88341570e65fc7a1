namespace TaskQueue.Reports.History;

/// <summary>Adds up an amount by pieces of time. When they become too many, each two become one.</summary>
/// <remarks>A piece is a power of two times 1/16 s long, and begins at a multiple of that: so those of several series agree.</remarks>
internal sealed class TimeBins
{
    /// <summary>Bins at most: what the eye tells apart on a page.</summary>
    public const int Most = 240;

    /// <summary>The shortest bin, in ticks.</summary>
    private const long Shortest = TimeSpan.TicksPerSecond / 16;

    private List<double> _amounts = [];

    /// <summary>How often two bins became one.</summary>
    private int _doublings;

    /// <summary>The number of the first bin, counted from the year 1.</summary>
    private long _first;

    public double Sum => _amounts.Sum();

    /// <summary>Adds to the bin of a moment.</summary>
    public void Add(DateTimeOffset at, double amount)
    {
        Cover(at.UtcTicks, at.UtcTicks);
        _amounts[PlaceOf(at.UtcTicks)] += amount;
    }

    /// <summary>Adds the seconds between two moments to the bins in which they lie.</summary>
    /// <param name="from">The first moment.</param>
    /// <param name="until">Where it is not later, nothing is added.</param>
    /// <param name="weight">What a second counts.</param>
    public void AddSeconds(DateTimeOffset from, DateTimeOffset until, double weight = 1)
    {
        if (until <= from)
            return;
        Cover(from.UtcTicks, until.UtcTicks - 1);
        var at = from.UtcTicks;
        for (var bin = PlaceOf(at); at < until.UtcTicks; bin++)
        {
            var end = Math.Min(until.UtcTicks, (_first + bin + 1) * WidthOf(_doublings));
            _amounts[bin] += weight * (end - at) / TimeSpan.TicksPerSecond;
            at = end;
        }
    }

    /// <summary>The amounts by the bins of an axis; what lies outside of it is left out.</summary>
    public double[] On(TimeAxis axis)
    {
        var amounts = new double[axis.Count];
        for (var bin = 0; bin < _amounts.Count; bin++)
            if (((_first + bin) * WidthOf(_doublings) / axis.Width) - axis.First is >= 0 and var place && place < axis.Count)
                amounts[place] += _amounts[bin];
        return amounts;
    }

    /// <summary>The length of a bin, in ticks.</summary>
    internal static long WidthOf(int doublings) => Shortest << doublings;

    private int PlaceOf(long ticks) => (int)((ticks / WidthOf(_doublings)) - _first);

    /// <summary>Makes bins for all moments between two.</summary>
    private void Cover(long from, long until)
    {
        var width = WidthOf(_doublings);
        if (_amounts.Count > 0)
            (from, until) = (Math.Min(from, _first * width), Math.Max(until, ((_first + _amounts.Count) * width) - 1));
        while ((until / WidthOf(_doublings)) - (from / WidthOf(_doublings)) >= Most)
            Double();
        width = WidthOf(_doublings);
        var first = from / width;
        if (_amounts.Count > 0)
            _amounts.InsertRange(0, new double[_first - first]);
        _first = first;
        while (_first + _amounts.Count <= until / width)
            _amounts.Add(0);
    }

    private void Double()
    {
        var (first, doubled) = (_first >> 1, new List<double>());
        for (var bin = 0; bin < _amounts.Count; bin++)
        {
            var place = (int)(((_first + bin) >> 1) - first);
            if (place == doubled.Count)
                doubled.Add(0);
            doubled[place] += _amounts[bin];
        }
        (_first, _amounts) = (first, doubled);
        _doublings++;
    }
}

/// <summary>Bins that all series of a snapshot share.</summary>
/// <param name="Width">The length of a bin, in ticks.</param>
/// <param name="First">The number of the first bin, counted from the year 1.</param>
/// <param name="Count">How many.</param>
internal readonly record struct TimeAxis(long Width, long First, int Count)
{
    public DateTimeOffset From => new(First * Width, TimeSpan.Zero);

    public DateTimeOffset Until => new((First + Count) * Width, TimeSpan.Zero);

    public double Seconds => (double)Width / TimeSpan.TicksPerSecond;

    /// <summary>The shortest bins of which so many are enough.</summary>
    public static TimeAxis Between(DateTimeOffset from, DateTimeOffset until, int most)
    {
        var doublings = 0;
        while ((until.UtcTicks / TimeBins.WidthOf(doublings)) - (from.UtcTicks / TimeBins.WidthOf(doublings)) >= most)
            doublings++;
        var width = TimeBins.WidthOf(doublings);
        return new(width, from.UtcTicks / width, (int)((until.UtcTicks / width) - (from.UtcTicks / width) + 1));
    }

    /// <summary>When a bin begins.</summary>
    public DateTimeOffset StartOf(int bin) => new((First + bin) * Width, TimeSpan.Zero);
}
