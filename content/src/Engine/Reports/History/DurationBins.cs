namespace TaskQueue.Reports.History;

/// <summary>Counts how long attempts took, in bins that are 12 % long: twenty for each power of ten, from a millisecond to four months.</summary>
internal sealed class DurationBins
{
    private const int PerDecade = 20;
    private const int Decades = 10;
    private const double Least = 1e-3;

    /// <summary>Bins in the answer, at most.</summary>
    private const int MostShown = 40;

    private readonly long[] _counts = new long[PerDecade * Decades];
    private long _count;
    private double _sum;
    private double _shortest = double.MaxValue;
    private double _longest;

    public void Add(double seconds)
    {
        seconds = Math.Max(0, seconds);
        _counts[BinOf(seconds)]++;
        _count++;
        _sum += seconds;
        _shortest = Math.Min(_shortest, seconds);
        _longest = Math.Max(_longest, seconds);
    }

    public DurationCounts Look()
    {
        if (_count == 0)
            return new([], [], 0, 0, 0, 0, 0, 0, 0);
        var (first, last) = (BinOf(_shortest), BinOf(_longest));
        var together = 1;
        while ((last / together) - (first / together) >= MostShown)
            together *= 2;
        var start = first / together;
        var counts = new long[(last / together) - start + 1];
        for (var bin = first; bin <= last; bin++)
            counts[(bin / together) - start] += _counts[bin];
        double[] edges = [.. Enumerable.Range(start, counts.Length + 1).Select(edge => EdgeOf(edge * together))];
        return new(edges, counts, _count, _sum / _count, _shortest, Quantile(0.5), Quantile(0.9), Quantile(0.99), _longest);
    }

    private double Quantile(double share)
    {
        var (rank, bin) = ((long)Math.Ceiling(share * _count), 0);
        for (var below = _counts[0]; below < rank; below += _counts[bin])
            bin++;
        return Math.Clamp(Math.Sqrt(EdgeOf(bin) * EdgeOf(bin + 1)), _shortest, _longest);
    }

    private static int BinOf(double seconds) =>
        seconds <= Least ? 0 : Math.Min((PerDecade * Decades) - 1, (int)(Math.Log10(seconds / Least) * PerDecade));

    private static double EdgeOf(int bin) => Least * Math.Pow(10, (double)bin / PerDecade);
}
