using System.Globalization;
using TaskQueue.Contracts;
using TaskQueue.Records.Runs;
using TaskQueue.Worker.Reporting;

namespace TaskQueue.Reports.Runs;

/// <summary>Shows how far a run is while several workers do it: on a terminal in one line that moves, else in a line every 10 s.</summary>
/// <param name="reader">Reads how far it is.</param>
/// <param name="run">Which run; null for all that is queued.</param>
/// <param name="draw">Draws a line in place of the one before, and says whether it did; null where there is no terminal.</param>
/// <param name="story">Takes lines otherwise.</param>
/// <param name="clock">Measures.</param>
internal sealed class RunProgress(StatusReader reader, RunRecord? run, Func<string, bool>? draw, TextWriter story, TimeProvider clock)
{
    private static readonly TimeSpan DrawInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(10);

    private readonly MovingRate _rate = new(clock);
    private readonly long _start = clock.GetTimestamp();
    private long _lastLine = clock.GetTimestamp();
    private long? _doneBefore;

    /// <summary>Shows it until it is told to end.</summary>
    /// <param name="workers">How many there are.</param>
    /// <param name="end">Ends it.</param>
    public async Task ShowAsync(Func<int> workers, CancellationToken end)
    {
        using var timer = new PeriodicTimer(draw is null ? LineInterval : DrawInterval, clock);
        try
        {
            do
                await TellAsync(workers, end);
            while (await timer.WaitForNextTickAsync(end));
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            draw?.Invoke("");
        }
    }

    /// <summary>Says how the run ended, and which command goes on.</summary>
    /// <returns>0 when all rows are done, else 75.</returns>
    public async Task<ExitCode> FinishAsync(TextWriter output, CancellationToken cancellationToken)
    {
        var status = await reader.ReadAsync(run, cancellationToken);
        var left = Left(status);
        var name = run is null ? "" : $" of run {run.Run}";
        await output.WriteLineAsync(
            $"{Counted.Number(status.Done)}{Of(status)} rows{name} are done, {Counted.Number(status.Failed)} failed, {Counted.Number(left)} left; {Counted.Duration(clock.GetElapsedTime(_start))}.");
        var ofRun = run is null ? "" : $" --run {run.Run}";
        if (status.Failed > 0)
            await output.WriteLineAsync($"Why rows failed: dotnet run failed{ofRun}; put them back: dotnet run requeue --all{ofRun}");
        if (left > 0)
            await output.WriteLineAsync("Go on with the rest: the same command again.");
        return status.Failed + left == 0 ? ExitCode.Done : ExitCode.PartDone;
    }

    private async Task TellAsync(Func<int> workers, CancellationToken end)
    {
        try
        {
            var status = await reader.ReadAsync(run, end);
            _doneBefore ??= status.Done;
            var rate = _rate.Sample(status.Done - _doneBefore.Value);
            var isDrawn = draw?.Invoke(Line(status, rate, workers())) ?? false;
            if (isDrawn || clock.GetElapsedTime(_lastLine) < LineInterval)
                return;
            _lastLine = clock.GetTimestamp();
            await story.WriteLineAsync(Line(status, rate, workers()));
        }
        catch (TaskQueueException e) when (e.IsTransient)
        {
            // The workers wait for it, and say so.
        }
    }

    private static string Line(Status status, double rate, int workers)
    {
        var left = Left(status) is 0 ? "" : rate > 0 ? $", about {Counted.Duration(TimeSpan.FromSeconds(Left(status) / rate))} left" : ", time left not known yet";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{status.Done:N0}{Of(status)} rows done, {status.Failed:N0} failed, {rate:#,0.0}/s{left}; {Counted.Of(workers, "worker")}");
    }

    /// <summary>Rows without an end.</summary>
    private static long Left(Status status) => status.Queued + status.Running + status.Missing;

    private static string Of(Status status) => status.Rows is { } rows ? $" of {Counted.Number(rows)}" : "";
}
