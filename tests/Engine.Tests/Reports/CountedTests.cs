using TaskQueue.Reports;

namespace TaskQueue.Tests.Reports;

public sealed class CountedTests
{
    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(0.2, "1 s")]
    [InlineData(59, "59 s")]
    [InlineData(60, "1 min")]
    [InlineData(200, "3 min 20 s")]
    [InlineData(3599.5, "1 h")]
    [InlineData(18_720, "5 h 12 min")]
    [InlineData(86_399, "1 d")]
    [InlineData(183_600, "2 d 3 h")]
    public void A_duration_is_told_in_its_two_largest_units(double seconds, string expected) =>
        Assert.Equal(expected, Counted.Duration(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void One_task_is_no_tasks() =>
        Assert.Equal(
            ("0 tasks", "1 task", "1,000,000 tasks"), (Counted.Tasks(0), Counted.Tasks(1), Counted.Tasks(1_000_000)));
}
