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

    [Fact]
    public void A_group_of_equal_messages_shows_the_message()
    {
        var failure = new Failure("t", "a", 1, default, "No band 7.", "w");

        var group = Assert.Single(ErrorPattern.Group([failure, failure with { Id = "b" }]));

        Assert.Equal(("No band 7.", 2, "a"), (group.Error, group.Count, group.Example));
    }
}
