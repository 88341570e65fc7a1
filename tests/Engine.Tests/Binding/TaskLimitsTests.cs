using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Settings;

namespace TaskQueue.Tests.Binding;

/// <summary>The settings of one task: their ranges, and what holds.</summary>
public sealed class TaskLimitsTests
{
    private static readonly TaskQueueSettings Project = new() { ProjectRoot = "/" };

    public static TheoryData<TaskSettingsAttribute, string> Wrong => new()
    {
        { new() { TimeoutSeconds = -2 }, "TimeoutSeconds = -2; allowed: 0 to 2592000" },
        { new() { MaxAttempts = 0 }, "MaxAttempts = 0; allowed: 1 to 1000" },
        { new() { Threads = 1025 }, "Threads = 1025; allowed: 1 to 1024" },
        { new() { MemoryMegabytes = 0 }, "MemoryMegabytes = 0; allowed: 1 to 16777216" },
        { new() { RetryDelaySeconds = [] }, "RetryDelaySeconds = []; allowed: one or more numbers from 0 to 43200" },
        { new() { RetryDelaySeconds = [1, 43_201] }, "RetryDelaySeconds = [1, 43201]; allowed: one or more numbers from 0 to 43200" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_value_is_named_with_what_is_allowed(TaskSettingsAttribute own, string problem) => Assert.Equal(problem, TaskLimits.FindProblem(own));

    [Fact]
    public void A_class_with_a_wrong_value_is_refused()
    {
        var refusal = Assert.Throws<TaskQueueException>(() => TaskDefinition.Of(typeof(WrongTask<Row>)));

        Assert.Equal(ExitCode.Configuration, refusal.ExitCode);
        Assert.Contains("has [TaskSettings] with MaxAttempts = 0; allowed: 1 to 1000.", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("WrongTask", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_task_leaves_out_is_as_the_project_has_it()
    {
        var limits = new TaskLimits(new() { TimeoutSeconds = 0, RetryDelaySeconds = [3, 7] }, Project);

        Assert.Equal((null, 5, 1, null), (limits.Timeout, limits.MaxAttempts, limits.Threads, limits.Memory));
        Assert.Equal([3, 7, 7], new[] { 1, 2, 9 }.Select(attempt => limits.RestAfter(attempt, null)!.Value.TotalSeconds));
        Assert.Null(new TaskLimits(new(), Project).RestAfter(1, new InvalidOperationException()));
        Assert.Equal(TimeSpan.FromHours(12), limits.RestAfter(1, new TaskRetryException("later", TimeSpan.FromDays(3))));
        Assert.Equal(TimeSpan.FromMilliseconds(100), limits.RestAfter(1, new TaskGivenBackException("later", TimeSpan.FromDays(-1))));
    }

    private sealed record Row(int Id);

    [TaskSettings(MaxAttempts = 0)]
    private sealed class WrongTask<TParameters> : ITask<TParameters, int>
    {
        public Task<int> RunTask(TParameters parameters, TaskContext context, CancellationToken cancellationToken) => Task.FromResult(0);
    }
}
