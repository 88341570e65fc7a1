using System.Diagnostics;
using System.Runtime.CompilerServices;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using TaskQueue.Contracts;

namespace TaskQueue.Telemetry;

/// <summary>Sends spans and metrics to the collector that OTEL_EXPORTER_OTLP_ENDPOINT names, by OpenTelemetry's own SDK.</summary>
/// <remarks>The SDK reads the OTEL_ variables itself: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/</remarks>
internal sealed class Collector
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>The time that a silent collector may cost at the end.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly TracerProvider? _traces;
    private readonly MeterProvider? _metrics;

    private Collector(string service, string version, string? instance)
    {
        // The environment comes last, and so wins.
        var resource = ResourceBuilder.CreateEmpty()
            .AddService(service, serviceVersion: version, serviceInstanceId: instance).AddTelemetrySdk().AddEnvironmentVariableDetector();
        if (Environment.GetEnvironmentVariable("OTEL_TRACES_EXPORTER") != "none")
            _traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource)
                .AddSource(Instruments.Name, "MassTransit", "Tasks", "Tasks.*").AddOtlpExporter().Build();
        if (Environment.GetEnvironmentVariable("OTEL_METRICS_EXPORTER") != "none")
            _metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource)
                .AddMeter(Instruments.Name, "Tasks", "Tasks.*").AddOtlpExporter().Build();
    }

    public static bool IsNamed => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Endpoint));

    /// <summary>Starts to listen, when a collector is named.</summary>
    /// <param name="service">The service's name, unless OTEL_SERVICE_NAME gives another.</param>
    /// <param name="version">The program's.</param>
    /// <param name="instance">The worker's name; null for a made one.</param>
    /// <returns>Null when none is named: then no assembly of OpenTelemetry is loaded.</returns>
    /// <exception cref="TaskQueueException">A variable of the SDK is wrong (exit code 78).</exception>
    public static Collector? Start(string service, string version, string? instance) =>
        IsNamed ? Load(service, version, instance) : null;

    /// <summary>Sends what was not sent yet, and listens no more. Spans that the collector does not take in time are lost.</summary>
    /// <param name="most">How long that may take; never more than a second.</param>
    public void Leave(TimeSpan most)
    {
        var time = most < LongestWait ? most : LongestWait;
        if (time <= TimeSpan.Zero)
            return;
        var milliseconds = (int)time.TotalMilliseconds;
        // On threads of their own: tasks that were left behind may hold every thread of the pool.
        Task[] leaving =
        [
            Task.Factory.StartNew(() => _traces?.Shutdown(milliseconds), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default),
            Task.Factory.StartNew(() => _metrics?.Shutdown(milliseconds), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default),
        ];
        Task.WhenAny(Task.WhenAll(leaving)).Wait(time);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Collector Load(string service, string version, string? instance)
    {
        // The SDK would take its default in silence.
        if (!Uri.TryCreate(Environment.GetEnvironmentVariable(Endpoint), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw new TaskQueueException(
                ExitCode.Configuration, $"{Endpoint} is no address of a collector.", next: "Write, for example: http://localhost:4317");
        try
        {
            return new Collector(service, version, instance);
        }
        catch (Exception e)
        {
            // Without its text and itself, which may have a header's secret in them.
            throw new TaskQueueException(
                ExitCode.Configuration, $"A setting of OpenTelemetry cannot be used: {e.GetType().Name}.", "In one of the variables that begin with OTEL_",
                $"Correct it, or unset {Endpoint} to send nothing.");
        }
    }
}
