using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Http;

namespace TaskQueue.Tests.Servers;

/// <summary>Adds to the S3 emulator what it lacks: "If-None-Match: *".</summary>
internal static class S3Proxy
{
    public static async Task<Proxy> StartAsync(string emulator, string bucket)
    {
        var locks = new ConcurrentDictionary<string, SemaphoreSlim>();
        var proxy = await Proxy.StartAsync(emulator);
        proxy.Handle = async (http, next) => await ConditionalAsync(proxy, locks, http, next);
        (await proxy.AskAsync(HttpMethod.Put, "/" + bucket)).EnsureSuccessStatusCode();
        return proxy;
    }

    public static Task ErrorAsync(HttpContext http, int status, string code)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/xml";
        return http.Response.WriteAsync($"<Error><Code>{code}</Code><Message>scripted</Message></Error>");
    }

    private static async Task ConditionalAsync(
        Proxy proxy, ConcurrentDictionary<string, SemaphoreSlim> locks, HttpContext http, RequestDelegate next)
    {
        if (!HttpMethods.IsPut(http.Request.Method) || http.Request.Headers.IfNoneMatch != "*")
        {
            await next(http);
            return;
        }

        var turn = locks.GetOrAdd(http.Request.Path, _ => new SemaphoreSlim(1));
        await turn.WaitAsync();
        try
        {
            using var found = await proxy.AskAsync(HttpMethod.Head, http.Request.Path.ToUriComponent());
            await (found.StatusCode == HttpStatusCode.OK ? ErrorAsync(http, 412, "PreconditionFailed") : next(http));
        }
        finally
        {
            turn.Release();
        }
    }
}
