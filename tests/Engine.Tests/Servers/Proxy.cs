using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace TaskQueue.Tests.Servers;

/// <summary>Stands before an emulator: a test sees every request, and may answer, break or change it.</summary>
internal sealed class Proxy : IAsyncDisposable
{
    private static readonly HttpClient Upstream = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    private readonly string _upstream;
    private TestServer? _server;

    private Proxy(string upstream) => _upstream = upstream;

    public string Url => _server!.Url;

    /// <summary>Method, path and query of the requests so far.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Handles a request; calls its second argument to have it answered as usual.</summary>
    public Func<HttpContext, RequestDelegate, Task> Handle { get; set; } = (http, next) => next(http);

    public static async Task<Proxy> StartAsync(string upstream, Func<HttpContext, RequestDelegate, Task>? handle = null)
    {
        var proxy = new Proxy(upstream);
        if (handle is not null)
            proxy.Handle = handle;

        proxy._server = await TestServer.StartAsync(proxy.AnswerAsync);
        return proxy;
    }

    /// <summary>Asks the emulator without passing the answer on.</summary>
    public async Task<HttpResponseMessage> AskAsync(HttpMethod method, string pathAndQuery, byte[]? body = null)
    {
        using var request = new HttpRequestMessage(method, _upstream + pathAndQuery);
        request.Content = body is null ? null : new ByteArrayContent(body);
        return await Upstream.SendAsync(request);
    }

    /// <summary>Has the emulator carry out a request whose answer nobody gets.</summary>
    public async Task SwallowAsync(HttpContext http)
    {
        using var answer = await SendAsync(http);
        http.Abort();
    }

    /// <summary>Has half of a request's body reach the emulator, and ends the line.</summary>
    public async Task CutAsync(HttpContext http)
    {
        try
        {
            using var answer = await SendAsync(http, new HalfContent(http.Request.Body));
        }
        catch (HttpRequestException)
        {
            // So it was to end.
        }
    }

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        http.Request.EnableBuffering(int.MaxValue);
        Requests.Enqueue($"{http.Request.Method} {http.Request.GetEncodedPathAndQuery()}");
        await Handle(http, ForwardAsync);
    }

    private async Task ForwardAsync(HttpContext http)
    {
        using var answer = await SendAsync(http);
        http.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
            http.Response.Headers[name] = values.ToArray();

        http.Response.Headers.Remove("transfer-encoding");
        if (!HttpMethods.IsHead(http.Request.Method))
            await answer.Content.CopyToAsync(http.Response.Body);
    }

    private Task<HttpResponseMessage> SendAsync(HttpContext http) => SendAsync(http, new StreamContent(http.Request.Body));

    private async Task<HttpResponseMessage> SendAsync(HttpContext http, HttpContent body)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Parse(http.Request.Method), _upstream + http.Request.GetEncodedPathAndQuery());
        request.Content = body;
        foreach (var (name, values) in http.Request.Headers)
        {
            if (!name.Equals("host", StringComparison.OrdinalIgnoreCase)
                && !request.Headers.TryAddWithoutValidation(name, values.ToArray()))
                request.Content.Headers.TryAddWithoutValidation(name, values.ToArray());
        }

        return await Upstream.SendAsync(request);
    }
}
