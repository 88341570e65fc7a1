using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace TaskQueue.Telemetry;

/// <summary>What spans and metrics are written with. They are .NET's own: while nobody listens, a call looks at a field and allocates nothing.</summary>
/// <remarks>Names and buckets: https://opentelemetry.io/docs/specs/semconv/messaging/, and <c>taskqueue.</c> for what it has no name for.</remarks>
internal static class Instruments
{
    /// <summary>Of the source and of the meter: a program with its own OpenTelemetry adds them by it.</summary>
    public const string Name = "TaskQueue";

    private static readonly Meter Meter = new(Name);

    public static ActivitySource Source { get; } = new(Name);

    /// <summary>Messages that an insert has queued.</summary>
    public static Counter<long> Sent { get; } = Meter.CreateCounter<long>("messaging.client.sent.messages", "{message}", "Tasks that were queued.");

    /// <summary>Seconds from a task's start to its end, of tasks that ran.</summary>
    public static Histogram<double> Duration { get; } = Meter.CreateHistogram(
        "messaging.process.duration", "s", "How long tasks ran.", tags: null, new InstrumentAdvice<double>
        {
            // The convention's, and then what tasks take.
            HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60, 300, 900, 3600, 14400],
        });

    public static Counter<long> Done { get; } = Meter.CreateCounter<long>("taskqueue.tasks.done", "{task}", "Tasks that succeeded and are recorded.");

    public static Counter<long> Failed { get; } = Meter.CreateCounter<long>("taskqueue.tasks.failed", "{task}", "Attempts that failed.");

    public static UpDownCounter<long> Running { get; } = Meter.CreateUpDownCounter<long>("taskqueue.tasks.running", "{task}", "Tasks that run now.");

    /// <summary>The queue's own count, the same from every worker.</summary>
    public static Gauge<long> Waiting { get; } = Meter.CreateGauge<long>("taskqueue.tasks.waiting", "{task}", "Tasks that are ready in the queue.");

    public static Counter<long> RenewalsFailed { get; } =
        Meter.CreateCounter<long>("taskqueue.lease.renewals.failed", "{renewal}", "Renewals of leases that failed, whether or not a later one was in time.");

    /// <summary>Whether anybody listens to what is said of tasks.</summary>
    public static bool AreWanted => Source.HasListeners() || Duration.Enabled;
}
