using TaskQueue.Tests.Worker;

namespace TaskQueue.Tests.Commands;

/// <summary>check, in a project with several tasks.</summary>
public sealed class CheckVerbTests
{
    [Fact]
    public async Task A_table_that_fits_several_tasks_is_checked_for_each()
    {
        using var project = new LedgerProject();
        await project.InsertRunAsync("spring", LedgerRow.Many(2));

        using var check = project.StartVerb("check");

        Assert.Equal(0, await check.WaitAsync());
        var answer = await check.OutputAsync();
        Assert.Contains(": 2 rows fit ledger\n", answer, StringComparison.Ordinal);
        Assert.Contains(": 2 rows fit other-ledger\n", answer, StringComparison.Ordinal);
        Assert.Contains("several tasks fit: insert-tasks and run-local want --task\n", answer, StringComparison.Ordinal);
    }
}
