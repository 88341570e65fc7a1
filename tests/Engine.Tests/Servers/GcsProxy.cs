using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using TaskQueue.Collections;
using TaskQueue.Storage.Buckets;

namespace TaskQueue.Tests.Servers;

/// <summary>
/// Adds to the Firebase storage emulator what it lacks: ifGenerationMatch=0, and uploads of several parts with a checksum.
/// </summary>
internal sealed class GcsProxy
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _locks = new();
    private readonly ConcurrentDictionary<string, (string Name, MemoryStream Content)> _sessions = new();
    private readonly string _bucket;

    private GcsProxy(string bucket) => _bucket = bucket;

    private Proxy? Proxy { get; set; }

    public static async Task<Proxy> StartAsync(string emulator, string bucket)
    {
        var own = new GcsProxy(bucket);
        own.Proxy = await Servers.Proxy.StartAsync(emulator, own.HandleAsync);
        return own.Proxy;
    }

    public static Task ErrorAsync(HttpContext http, int status, string message)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsJsonAsync(new { error = new { code = status, message } });
    }

    private Task HandleAsync(HttpContext http, RequestDelegate next)
    {
        var query = http.Request.Query;
        return (http.Request.Method, (string?)query["uploadType"], (string?)query["ifGenerationMatch"]) switch
        {
            ("POST", "resumable", _) => StartSessionAsync(http),
            ("PUT", "resumable", _) => ContinueSessionAsync(http),
            ("POST", _, "0") => WriteIfAbsentAsync(http, next),
            _ => next(http),
        };
    }

    private async Task WriteIfAbsentAsync(HttpContext http, RequestDelegate next)
    {
        var name = (string?)http.Request.Query["name"] ?? "";
        var turn = _locks.GetOrAdd(name, _ => new SemaphoreSlim(1));
        await turn.WaitAsync();
        try
        {
            using var found = await Proxy!.AskAsync(HttpMethod.Get, $"/storage/v1/b/{_bucket}/o/{Uri.EscapeDataString(name)}");
            await (found.IsSuccessStatusCode ? ErrorAsync(http, 412, "Precondition Failed") : next(http));
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task StartSessionAsync(HttpContext http)
    {
        Assert.Equal("gzip", http.Request.Headers.ContentEncoding);
        await using var body = new GZipStream(http.Request.Body, CompressionMode.Decompress);
        var about = await JsonSerializer.DeserializeAsync<JsonElement>(body);
        var id = $"{Guid.NewGuid():n}";
        _sessions[id] = (about.GetProperty("name").GetString()!, new MemoryStream());
        http.Response.Headers.Location = $"{Proxy!.Url}{http.Request.Path}?uploadType=resumable&upload_id={id}";
    }

    private async Task ContinueSessionAsync(HttpContext http)
    {
        var (name, content) = _sessions[(string?)http.Request.Query["upload_id"] ?? ""];
        var range = (string?)http.Request.Headers.ContentRange ?? "";
        await AppendAsync(content, range, http.Request.Body);
        if (range.EndsWith("/*", StringComparison.Ordinal))
        {
            http.Response.StatusCode = 308;
            if (content.Length > 0)
                http.Response.Headers.Range = $"bytes=0-{content.Length - 1}";

            return;
        }

        if (http.Request.Headers["x-goog-hash"] != $"crc32c={Crc32C.Of(content.ToArray())}")
        {
            await ErrorAsync(http, 400, "The CRC32C does not match.");
            return;
        }

        using var answer = await Proxy!.AskAsync(
            HttpMethod.Post, $"/upload/storage/v1/b/{_bucket}/o?uploadType=media&name={Uri.EscapeDataString(name)}", content.ToArray());
        http.Response.StatusCode = (int)answer.StatusCode;
        http.Response.ContentType = "application/json";
        await answer.Content.CopyToAsync(http.Response.Body);
    }

    /// <param name="content">What the session holds.</param>
    /// <param name="range">Such as "bytes 0-99/*", or "bytes */100" without bytes.</param>
    /// <param name="body">The bytes of the range.</param>
    private static async Task AppendAsync(MemoryStream content, string range, Stream body)
    {
        var from = range["bytes ".Length..].Split('-', '/')[0];
        if (from == "*")
            return;

        Assert.InRange(long.Parse(from, null), 0, content.Length);
        content.Position = long.Parse(from, null);
        await body.CopyToAsync(content);
    }
}
