using System.Diagnostics;
using System.Text;
using TaskQueue.Contracts;

namespace TaskQueue.Queues.Moving;

/// <summary>Moves every message that nobody holds from one queue to another: the ready ones, then the parked ones.</summary>
/// <remarks>
/// A message is removed from the source when the target has confirmed it. So a mover that dies leaves messages in both
/// queues, and none in neither; the next mover finds them in the source again. A file queue has each once all the same.
/// Messages that are moved say that they may be repeats.
/// </remarks>
/// <param name="source">Where they are.</param>
/// <param name="target">Where they go.</param>
public sealed class QueueMover(ITaskQueue source, ITaskQueue target)
{
    private const int BatchSize = 256;

    /// <param name="progress">Told how many were moved, after each batch.</param>
    /// <param name="waits">Told why the target takes nothing for now.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <exception cref="TaskQueueException">A queue failed, or a message is too long for the target; what was moved stays moved.</exception>
    public async Task<MoveReport> MoveAsync(Action<long> progress, Action<string> waits, CancellationToken cancellationToken)
    {
        var report = new MoveReport(0, 0, 0, default);
        var longest = await target.GetMaxMessageBytesAsync(cancellationToken);
        for (var started = Stopwatch.GetTimestamp(); ;)
        {
            foreach (var parked in (bool[])[false, true])
            {
                await using var outlet = await source.OpenOutletAsync(parked, cancellationToken);
                while (await outlet.TakeAsync(BatchSize, cancellationToken) is { Count: > 0 } messages)
                {
                    RefuseTooLong(messages, longest, report);
                    report = parked
                        ? await AddParkedMessagesAsync(messages, report, cancellationToken)
                        : await InsertAsync(messages, longest, report, waits, cancellationToken);
                    await outlet.RemoveAsync(messages);
                    progress(report.Ready + report.Parked);
                }
            }

            report = report with { Left = await source.CountAsync(cancellationToken) };
            // Counts of a broker lag behind: only in time do they prove that something is left.
            if (report.Left.Ready + report.Left.Parked == 0 || Stopwatch.GetElapsedTime(started) >= source.CountsLag)
                return report;
            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        }
    }

    private async Task<MoveReport> InsertAsync(
        IReadOnlyList<TakenMessage> messages, int longest, MoveReport report, Action<string> waits, CancellationToken cancellationToken)
    {
        long already = 0;
        await target.InsertAsync(
            messages.Select(message => new QueuedMessage(message.Key.Task, Encoding.UTF8.GetBytes(message.Key.Id), TaskMessage.MarkRepeat(message.Body, longest), message.Key.Run) { Rows = message.Rows }),
            confirmed =>
            {
                already += confirmed.AlreadyQueued;
                if (confirmed.Waits is { } reason)
                    waits(reason);
            },
            cancellationToken);
        return report with { Ready = report.Ready + messages.Sum(message => message.Rows), AlreadyThere = report.AlreadyThere + already };
    }

    private async Task<MoveReport> AddParkedMessagesAsync(IReadOnlyList<TakenMessage> messages, MoveReport report, CancellationToken cancellationToken)
    {
        await target.AddParkedMessagesAsync(messages, cancellationToken);
        return report with { Parked = report.Parked + messages.Count };
    }

    private void RefuseTooLong(IReadOnlyList<TakenMessage> messages, int longest, MoveReport report)
    {
        if (messages.FirstOrDefault(message => message.Body.Length > longest) is { } message)
            throw new TaskQueueException(
                ExitCode.BadInput,
                FormattableString.Invariant($"The message of row '{message.Key.Id}' has {message.Body.Length:N0} bytes; {target.Location} takes {longest:N0}."),
                FormattableString.Invariant($"In {source.Location}; {report.Ready + report.Parked:N0} were moved before it, the rest stays"),
                "Choose a queue that takes it.");
    }
}

/// <summary>What a move has come to.</summary>
/// <param name="Ready">Rows that were moved and can be run.</param>
/// <param name="Parked">Messages that were moved and are parked, as before.</param>
/// <param name="AlreadyThere">Those of them that the target had already.</param>
/// <param name="Left">What the source still counts: messages that workers hold, above all.</param>
public sealed record MoveReport(long Ready, long Parked, long AlreadyThere, QueueCounts Left);
