using System.Text.Json;
using Microsoft.AspNetCore.Http;
using TaskQueue.Tests.Servers;

namespace TaskQueue.DeployTests.Images;

/// <summary>A registry with one image, from a folder that holds it in the layout of the Open Container Initiative.</summary>
/// <param name="layout">The folder.</param>
internal sealed class FakeRegistry(string layout) : IAsyncDisposable
{
    private readonly Task<TestServer> _server = TestServer.StartAsync(context => AnswerAsync(layout, context));

    /// <summary>Host and port, as they stand in the name of an image; "localhost" may do without TLS.</summary>
    public async Task<string> HostAsync() => $"localhost:{new Uri((await _server).Url).Port}";

    public async ValueTask DisposeAsync() => await (await _server).DisposeAsync();

    private static async Task AnswerAsync(string layout, HttpContext context)
    {
        var index = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Join(layout, "index.json")));
        var manifest = index.RootElement.GetProperty("manifests")[0];
        var digest = context.Request.Path.Value!.Split('/') switch
        {
            [.., "manifests", _] => manifest.GetProperty("digest").GetString()!,
            [.., "blobs", var asked] => asked,
            _ => null,
        };
        if (digest is null)
            return;

        if (context.Request.Path.Value.Contains("/manifests/", StringComparison.Ordinal))
            context.Response.ContentType = manifest.GetProperty("mediaType").GetString();
        context.Response.Headers["Docker-Content-Digest"] = digest;
        await context.Response.SendFileAsync(Path.Join(layout, "blobs", digest.Replace(':', '/')));
    }
}
