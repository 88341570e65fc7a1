using TaskQueue.Reports.History;
using TaskQueue.Tests.Commands;

namespace TaskQueue.Tests.Reports.History;

/// <summary>Times may come in any order: nothing is lost and the bins stay few.</summary>
public sealed class TimeBinsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Amounts_are_kept_and_agree_with_those_that_were_put_into_the_last_bins_at_once(int seed)
    {
        var random = new Random(seed);
        var (bins, pieces) = (new TimeBins(), new List<(DateTimeOffset From, DateTimeOffset Until)>());
        for (var i = 0; i < 500; i++)
        {
            var from = TestRecords.Noon.AddSeconds((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(6)));
            pieces.Add((from, from.AddSeconds(Math.Pow(10, (random.NextDouble() * 6) - 3))));
            bins.AddSeconds(pieces[^1].From, pieces[^1].Until);
            bins.Add(pieces[^1].From, 1);
        }

        var axis = TimeAxis.Between(pieces.Min(piece => piece.From), pieces.Max(piece => piece.Until), TimeBins.Most);
        var amounts = bins.On(axis);

        Assert.InRange(axis.Count, 1, TimeBins.Most);
        Assert.Equal(500 + pieces.Sum(piece => (piece.Until - piece.From).TotalSeconds), amounts.Sum(), 0.001);
        for (var bin = 0; bin < axis.Count; bin++)
            Assert.Equal(pieces.Sum(piece => Overlap(piece, axis.StartOf(bin), axis.StartOf(bin + 1))), amounts[bin], 0.001);
    }

    [Fact]
    public void What_ends_where_a_bin_begins_makes_no_bin()
    {
        var bins = new TimeBins();
        bins.AddSeconds(TestRecords.Noon, TestRecords.Noon.AddSeconds(1));

        Assert.Equal([1.0, 0], bins.On(TimeAxis.Between(TestRecords.Noon, TestRecords.Noon.AddSeconds(1), most: 2)));
    }

    private static double Overlap((DateTimeOffset From, DateTimeOffset Until) piece, DateTimeOffset start, DateTimeOffset end)
    {
        var (from, until) = (piece.From > start ? piece.From : start, piece.Until < end ? piece.Until : end);
        return Math.Max(0, (until - from).TotalSeconds) + (piece.From >= start && piece.From < end ? 1 : 0);
    }
}
