using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Worker.Attempts;

namespace TaskQueue.Worker.Deliveries;

/// <summary>Runs the rows of a group one after another, in the slot of its message.</summary>
/// <remarks>
/// The rows that end well end with the group. All others become messages of their own before the group is acknowledged. So no row
/// of a group is charged for another one: a group that comes back, because its worker died or lost it, is only taken apart.
/// </remarks>
internal sealed class GroupRunner(
    WorkerLifetime lifetime, IHostApplicationLifetime host, TaskBudget budget, Pace pace, TimeProvider clock, ILogger<GroupRunner> logger)
{
    /// <summary>Ends when the last attempt has ended, and leaves in the delivery how the group ended. Never throws.</summary>
    /// <param name="group">A group.</param>
    /// <param name="delivery">Of its message.</param>
    /// <param name="run">Runs one row, or looks it up; never throws.</param>
    public async Task RunAsync(TaskMessage group, ITaskDelivery delivery, Func<TaskMessage, ITaskDelivery, Task> run)
    {
        var rows = WithoutRepeats(RowGroup.RowsOf(group));
        if (rows.Count == 0)
        {
            const string Problem = "The message is a group without rows.";
            logger.LogError("{Problem} It is kept with the failed ones", Problem);
            delivery.Report = Task.FromResult(new TaskReport(TaskOutcome.Parked, Problem) { Attempt = 1 });
            return;
        }
        var (started, isSuspect) = (clock.GetTimestamp(), delivery.IsRepeat || delivery.Attempt > 1);
        var deliveries = rows.ConvertAll(_ => new RowDelivery(delivery, rows.Count, isSuspect, () => clock.GetElapsedTime(started)));
        if (isSuspect)
            await Task.WhenAll(rows.Zip(deliveries, run));
        else
            for (var i = 0; i < rows.Count && (i == 0 || await MayStartAsync(delivery)); i++)
                await run(rows[i], deliveries[i]);
        delivery.Report = EndAsync(rows, deliveries, isSuspect);
    }

    /// <summary>Of a row behind the first, which was taken with the message.</summary>
    private async Task<bool> MayStartAsync(ITaskDelivery delivery)
    {
        if (pace.IsLimited)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(delivery.Lost, host.ApplicationStopping);
            Task turn = pace.TakeAsync(1, stop.Token);
            await turn.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        return !lifetime.IsLeaving && !lifetime.HasFailed && !delivery.Lost.IsCancellationRequested && budget.TryTake();
    }

    private async Task<TaskReport> EndAsync(List<TaskMessage> rows, List<RowDelivery> deliveries, bool isSuspect)
    {
        var notStarted = new TaskReport(TaskOutcome.GivenBack);
        var reports = new List<TaskReport>(rows.Count);
        foreach (var delivery in deliveries)
            reports.Add(delivery.Report is { } recorded ? await recorded : notStarted);

        if (reports.Exists(report => report.Outcome == TaskOutcome.LeaseLost))
            return new TaskReport(TaskOutcome.LeaseLost);
        // Of a suspect it is not known whether its rows are done; of another one, no row has ended. Rows that the task itself gave
        // back have a rest of their own.
        var givenBack = reports.Count(report => report is { Outcome: TaskOutcome.GivenBack, Rest: null });
        if (isSuspect ? givenBack > 0 : givenBack == rows.Count)
            return notStarted;
        var ends = rows.Zip(reports, (row, report) => (Row: row, Report: report)).ToLookup(end => end.Report.Outcome);
        var left = new GroupRest(
            [.. ends[TaskOutcome.Failed].Concat(ends[TaskOutcome.GivenBack]).Concat(ends[TaskOutcome.Split]).Select(end => Ready(end.Row, end.Report))],
            [.. ends[TaskOutcome.Parked].Select(end => Parked(end.Row, end.Report))]);
        return left is { Ready.Count: 0, Parked.Count: 0 } ? new TaskReport(TaskOutcome.Done) : new TaskReport(TaskOutcome.Split) { Left = left };
    }

    private static QueuedMessage Ready(TaskMessage row, TaskReport report)
    {
        // One that the task itself gave back has a record, which goes with its success.
        var body = RowGroup.Single(row, report is { Outcome: TaskOutcome.GivenBack, Rest: null } ? null : report.Attempt);
        return new QueuedMessage(row.Task, Encoding.UTF8.GetBytes(MessageKey.Of(body).Id), body, row.Run)
        {
            Delay = report.Outcome == TaskOutcome.Failed ? LeaseSettler.DelayAfter(report) : report.Rest ?? TimeSpan.Zero,
        };
    }

    private TakenMessage Parked(TaskMessage row, TaskReport report) =>
        new(RowGroup.Single(row, attempts: null), new Parking(report.Attempt, report.Reason, clock.GetUtcNow()));

    /// <summary>Ids identify rows: of two rows of one id the first runs.</summary>
    private List<TaskMessage> WithoutRepeats(IReadOnlyList<TaskMessage> rows)
    {
        var ids = new HashSet<string>(rows.Count);
        return [.. rows.Where(row =>
        {
            if (row.Id is null || ids.Add(row.Id))
                return true;
            logger.LogWarning("{Task} {Id}: the group has this row more than once; it runs once", row.Task, Printable.Of(row.Id));
            return false;
        })];
    }
}
