using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using TaskQueue.Records.Journals;
using TaskQueue.Settings;
using TaskQueue.Storage.Folder;
using TaskQueue.Worker;
using TaskQueue.Worker.Deliveries;

namespace TaskQueue.Tests.Worker;

/// <summary>What every worker goes through: no part of it ends unseen, and nothing holds up its leaving.</summary>
public sealed class WorkerLoopTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _clock = new();
    private readonly WorkerLifetime _lifetime;
    private readonly Application _application = new();

    public WorkerLoopTests()
    {
        _lifetime = new WorkerLifetime(_clock);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _lifetime.Dispose();
        _application.Dispose();
    }

    [Fact]
    public async Task A_part_that_dies_takes_the_worker_down_with_its_cause()
    {
        using var loop = new Loop(this) { Part = async () =>
        {
            await Task.Yield();
            throw new InvalidDataException("the slot died");
        } };
        await loop.StartAsync(Cancelled);

        await _application.WhenStopped.WaitAsync(Patience, Cancelled);

        Assert.Equal("the slot died", Assert.Throws<InvalidDataException>(() => _lifetime.ExitCode(new WorkerRequest())).Message);
    }

    [Fact]
    public async Task Work_that_fails_takes_the_worker_down_with_its_cause()
    {
        using var loop = new Loop(this) { Work = _ => throw new InvalidDataException("the queue is gone") };
        await loop.StartAsync(Cancelled);

        await _application.WhenStopped.WaitAsync(Patience, Cancelled);

        Assert.Equal("the queue is gone", Assert.Throws<InvalidDataException>(() => _lifetime.ExitCode(new WorkerRequest())).Message);
    }

    [Theory]
    [InlineData(1, TaskQueue.Contracts.ExitCode.PartDone)]
    [InlineData(0, TaskQueue.Contracts.ExitCode.Done)]
    public async Task The_drain_begins_with_the_signal_and_ends_the_worker_though_something_waits(int held, TaskQueue.Contracts.ExitCode expected)
    {
        var never = new TaskCompletionSource();
        using var loop = new Loop(this) { Leave = () => never.Task, Tasks = held };
        await loop.StartAsync(Cancelled);
        await loop.WhenAtWork.WaitAsync(Patience, Cancelled);

        var stopping = loop.StopAsync(Cancelled);
        _clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(_lifetime.Drained.IsCancellationRequested);
        _clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True(_lifetime.Drained.IsCancellationRequested);
        Assert.False(stopping.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1.5));

        await stopping.WaitAsync(Patience, Cancelled);
        Assert.Equal(expected, _lifetime.ExitCode(new WorkerRequest()));
    }

    private sealed class Loop(WorkerLoopTests test) : WorkerLoop(
        new Queue(), new TaskQueueSettings { ProjectRoot = "/" }, new JournalWriter(new FolderStore("/nowhere"), "w", 1, test._clock), test._lifetime, test._application, test._clock, NullLogger.Instance)
    {
        private readonly TaskCompletionSource _atWork = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Func<Task> Part { get; init; } = () => Task.CompletedTask;

        public Func<CancellationToken, Task> Work { get; init; } = stopping => Task.Delay(Timeout.Infinite, stopping);

        public Func<Task> Leave { get; init; } = () => Task.CompletedTask;

        public int Tasks { get; init; }

        public Task WhenAtWork => _atWork.Task;

        protected override int Held => Tasks;

        protected override void Start() => Supervise(Part());

        protected override Task WorkAsync(CancellationToken stopping)
        {
            _atWork.SetResult();
            return Work(stopping);
        }

        protected override Task LeaveAsync() => Leave();
    }

    private sealed class Queue : StubQueue;

    private sealed class Application : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource _stopping = new();
        private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task WhenStopped => _stopped.Task;

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => _stopping.Token;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => _stopped.TrySetResult();

        public void Dispose() => _stopping.Dispose();
    }
}
