using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace TaskQueue.Benchmarks;

/// <summary>A bucket that can only be listed, as S3 and Google Cloud Storage list, and is some way off.</summary>
internal sealed class BucketServer : IAsyncDisposable
{
    private const int PageSize = 1000;

    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(50);

    private readonly WebApplication _app;
    private readonly string[] _keys;

    private BucketServer(WebApplication app, string[] keys)
    {
        _app = app;
        _keys = keys;
        app.Run(AnswerAsync);
    }

    public string Url => _app.Urls.Single();

    /// <param name="keys">In the order of their bytes.</param>
    public static async Task<BucketServer> StartAsync(string[] keys)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new BucketServer(builder.Build(), keys);
        await server._app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        await Task.Delay(Latency);
        var query = http.Request.Query;
        var after = (string?)query["continuation-token"] ?? (string?)query["start-after"]
            ?? (string?)query["pageToken"] ?? (string?)query["startOffset"] ?? "";
        var from = Array.BinarySearch(_keys, after, StringComparer.Ordinal);
        from = from < 0 ? ~from : from + 1;
        var to = Math.Min(from + PageSize, _keys.Length);
        var (page, isLast) = (_keys[from..to], to == _keys.Length);
        if (http.Request.Path.StartsWithSegments("/storage/v1"))
        {
            await http.Response.WriteAsJsonAsync(
                new { items = page.Select(name => new { name }), nextPageToken = isLast ? null : page[^1] });
            return;
        }

        http.Response.ContentType = "application/xml";
        await http.Response.WriteAsync(ToXml(page, isLast));
    }

    private static string ToXml(ReadOnlySpan<string> keys, bool isLast)
    {
        var xml = new StringBuilder("""<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">""");
        foreach (var key in keys)
            xml.Append(CultureInfo.InvariantCulture, $"<Contents><Key>{key}</Key><LastModified>2024-02-29T12:00:00.000Z</LastModified><Size>600</Size></Contents>");

        if (!isLast)
            xml.Append(CultureInfo.InvariantCulture, $"<NextContinuationToken>{keys[^1]}</NextContinuationToken>");

        return xml.Append(isLast ? "<IsTruncated>false" : "<IsTruncated>true").Append("</IsTruncated></ListBucketResult>").ToString();
    }
}
