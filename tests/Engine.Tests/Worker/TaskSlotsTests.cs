using TaskQueue.Worker.Deliveries;

namespace TaskQueue.Tests.Worker;

/// <summary>No part of a worker dies in silence.</summary>
public sealed class TaskSlotsTests
{
    [Fact]
    public async Task A_part_that_dies_ends_the_slots_though_the_others_wait_on()
    {
        // The slots wait for tasks; what looks for late ones asks the clock.
        var slots = new TaskSlots(count: 4, null!, null!, new LeaseAhead(4), new BrokenClock(), new Signal());

        var running = slots.RunAsync();

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => running.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        Assert.Equal("The clock is broken.", error.Message);
    }

    private sealed class BrokenClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            throw new InvalidOperationException("The clock is broken.");
    }
}
