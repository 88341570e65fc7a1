using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Telemetry;

/// <summary>A collector that keeps what it got by OTLP over HTTP: https://github.com/open-telemetry/opentelemetry-proto</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<OtlpSpan> _spans = new();
    private readonly ConcurrentQueue<OtlpPoint> _points = new();
    private TestServer _server = null!;

    public IReadOnlyList<OtlpSpan> Spans => [.. _spans];

    public IReadOnlyList<OtlpPoint> Points => [.. _points];

    /// <summary>The values of a header of all requests.</summary>
    public ConcurrentQueue<string?> Authorizations { get; } = new();

    /// <summary>Lines of task.env that send to it.</summary>
    public string[] Settings => [$"OTEL_EXPORTER_OTLP_ENDPOINT={_server.Url}", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"];

    public static async Task<OtlpReceiver> StartAsync()
    {
        var receiver = new OtlpReceiver();
        receiver._server = await TestServer.StartAsync(receiver.TakeAsync);
        return receiver;
    }

    /// <summary>The last value of a metric, over all its attributes.</summary>
    public double Last(string metric) => _points.Where(point => point.Metric == metric).GroupBy(point => point.Series).Sum(series => series.Last().Value);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        Authorizations.Enqueue(http.Request.Headers.Authorization);
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        foreach (var resource in new ProtobufMessage(body.ToArray()).All(1))
        {
            var about = AttributesOf(resource.All(1).Single(), 1);
            foreach (var scope in resource.All(2))
            {
                var name = scope.All(1).Single().Text(1);
                if (http.Request.Path == "/v1/traces")
                    foreach (var span in scope.All(2))
                        _spans.Enqueue(SpanOf(span, name, about));
                else
                    foreach (var metric in scope.All(2))
                        foreach (var point in PointsOf(metric))
                            _points.Enqueue(point);
            }
        }
    }

    private static OtlpSpan SpanOf(ProtobufMessage span, string scope, IReadOnlyDictionary<string, string> resource) => new(
        scope, span.Text(5), (int)span.Number(6), span.Hex(1), span.Hex(2), span.Hex(4), AttributesOf(span, 9), resource)
    {
        Links = [.. span.All(13).Select(link => (link.Hex(1), link.Hex(2)))],
        Events = [.. span.All(11).Select(told => told.Text(2))],
        IsError = span.All(15).Any(status => status.Number(3) == 2),
        Time = TimeSpan.FromTicks((long)(span.Number(8) - span.Number(7)) / 100),
    };

    /// <summary>Of a gauge, a sum, or a histogram, whose value is its count.</summary>
    private static IEnumerable<OtlpPoint> PointsOf(ProtobufMessage metric)
    {
        var name = metric.Text(1);
        foreach (var point in metric.All(5).Concat(metric.All(7)).SelectMany(data => data.All(1)))
            yield return new OtlpPoint(name, point.Has(6) ? (long)point.Number(6) : point.Double(4), AttributesOf(point, 7));
        foreach (var point in metric.All(9).SelectMany(data => data.All(1)))
            yield return new OtlpPoint(name, point.Number(4), AttributesOf(point, 9));
    }

    private static SortedDictionary<string, string> AttributesOf(ProtobufMessage message, int field) =>
        new(message.All(field).ToDictionary(pair => pair.Text(1), pair => ValueOf(pair.All(2).Single())));

    private static string ValueOf(ProtobufMessage value) =>
        value.Has(3) ? ((long)value.Number(3)).ToString(CultureInfo.InvariantCulture) : value.Text(1);
}

/// <param name="Scope">The source's name.</param>
/// <param name="Name">The span's.</param>
/// <param name="Kind">4 for a producer, 5 for a consumer.</param>
/// <param name="Trace">Its trace.</param>
/// <param name="Id">Its own.</param>
/// <param name="Parent">That of its parent; empty for none.</param>
/// <param name="Attributes">By name, numbers as text.</param>
/// <param name="Resource">Of the process.</param>
internal sealed record OtlpSpan(
    string Scope, string Name, int Kind, string Trace, string Id, string Parent, IReadOnlyDictionary<string, string> Attributes,
    IReadOnlyDictionary<string, string> Resource)
{
    public const int Producer = 4;
    public const int Consumer = 5;

    public IReadOnlyList<(string Trace, string Id)> Links { get; init; } = [];

    public IReadOnlyList<string> Events { get; init; } = [];

    public bool IsError { get; init; }

    public TimeSpan Time { get; init; }
}

/// <param name="Metric">Its name.</param>
/// <param name="Value">A number; of a histogram, how many.</param>
/// <param name="Attributes">By name.</param>
internal sealed record OtlpPoint(string Metric, double Value, IReadOnlyDictionary<string, string> Attributes)
{
    public string Series => string.Join(',', Attributes.Select(pair => $"{pair.Key}={pair.Value}"));
}
