using TaskQueue.Queues;
using TaskQueue.Reports;

namespace TaskQueue.Tests.Reports;

public sealed class ErrorPatternTests
{
    [Theory]
    [InlineData("Row 17 of 240", "Row … of …")]
    [InlineData("Could not find file '/data/a b.tif'.", "Could not find file ….")]
    [InlineData("cannot read /data/tile_07.tif: truncated", "cannot read …: truncated")]
    [InlineData("GET https://host/a/b?x=1 gave 404", "GET … gave …")]
    [InlineData("id 0b1e-77af failed", "id … failed")]
    [InlineData("nothing varies here", "nothing varies here")]
    public void What_varies_from_row_to_row_is_left_out(string message, string expected) =>
        Assert.Equal(expected, ErrorPattern.Of(message));

    private static ParkedMessage Parked(string id, string reason) => new(new MessageKey("t", id), new Parking(1, reason, default));

    [Fact]
    public void A_group_of_equal_messages_shows_the_message()
    {
        var groups = new ErrorGroups();
        groups.Add(Parked("a", "No band 7."));
        groups.Add(Parked("b", "No band 7."));

        var group = Assert.Single(groups.All);

        Assert.Equal(("No band 7.", 2, "a"), (group.Error, group.Count, group.Example.Key.Id));
    }

    [Fact]
    public void The_commonest_group_comes_first_and_shows_what_its_messages_have_in_common()
    {
        var groups = new ErrorGroups();
        groups.Add(Parked("a", "Out of reach."));
        groups.Add(Parked("b", "No band 7."));
        groups.Add(Parked("c", "No band 8."));

        Assert.Equal([("No band ….", 2), ("Out of reach.", 1)], groups.All.Select(group => (group.Error, group.Count)));
    }
}
