using TaskQueue.Local;

namespace Tasks.Tests;

public sealed class TaskNameTests
{
    [Fact]
    public async Task A_value_comes_back()
    {
        using var context = LocalContext.Create("first");

        var result = await new TaskName().RunTask(
            new TaskNameParameters("first", Value: 2), context.Task, TestContext.Current.CancellationToken);

        Assert.Equal(2, result.Value);
    }
}
