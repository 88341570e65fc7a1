using TaskQueue.Contracts;

namespace TaskQueue.Tests;

public sealed class ExitCodeTests
{
    [Fact]
    public void Exit_codes_stay_below_those_of_signals() =>
        Assert.All(Enum.GetValues<ExitCode>(), code => Assert.InRange((int)code, 0, 125));
}
