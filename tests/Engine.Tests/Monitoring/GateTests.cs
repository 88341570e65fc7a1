using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using TaskQueue.Tests.Commands;

namespace TaskQueue.Tests.Monitoring;

/// <summary>Who gets into the monitor, and who does not.</summary>
public sealed partial class GateTests(GateTests.Monitors monitors) : IClassFixture<GateTests.Monitors>, IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private MonitorProcess Own => monitors.Own!;

    private MonitorProcess Open => monitors.Open!;

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Only_names_of_this_machine_are_answered()
    {
        foreach (var (host, status) in new[]
        {
            ("localhost", HttpStatusCode.OK), ("127.0.0.1:8080", HttpStatusCode.OK), ("[::1]:5005", HttpStatusCode.OK),
            ("rebound.example", HttpStatusCode.MisdirectedRequest), ("localhost.rebound.example", HttpStatusCode.MisdirectedRequest),
            ("127.0.0.1.rebound.example", HttpStatusCode.MisdirectedRequest), ("10.0.0.1", HttpStatusCode.MisdirectedRequest),
        })
            Assert.Equal((host, status), (host, (await SendAsync(Own, HttpMethod.Get, "/", ("Host", host))).StatusCode));
    }

    [Fact]
    public async Task Every_answer_forbids_what_a_page_of_ours_does_not_need()
    {
        foreach (var (path, host) in new[] { ("/", "localhost"), ("/page/monitor.js", "localhost"), ("/nowhere", "localhost"), ("/", "rebound.example") })
        {
            var headers = (await SendAsync(Own, HttpMethod.Get, path, ("Host", host))).Headers;

            var policy = Assert.Single(headers.GetValues("Content-Security-Policy"));
            Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; ", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(headers.GetValues("X-Content-Type-Options")));
            Assert.Equal("no-referrer", Assert.Single(headers.GetValues("Referrer-Policy")));
            Assert.False(headers.Contains("Server"));
            Assert.False(headers.Contains("Access-Control-Allow-Origin"));
        }
    }

    [Fact]
    public async Task Others_need_the_token_and_keep_it_in_a_cookie()
    {
        var token = Open.Address.Query["?token=".Length..];
        Assert.Matches("^[A-Za-z0-9_-]{43}$", token);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(Open, HttpMethod.Get, "/")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(Open, HttpMethod.Get, "/page/monitor.js")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(Open, HttpMethod.Get, $"/?token={token[1..]}")).StatusCode);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, (await SendAsync(Open, HttpMethod.Get, $"/?token={token}", ("Host", "rebound.example"))).StatusCode);

        var signedIn = await SendAsync(Open, HttpMethod.Get, $"/?token={token}");

        Assert.Equal((HttpStatusCode.SeeOther, "/"), (signedIn.StatusCode, $"{signedIn.Headers.Location}"));
        var cookie = Assert.Single(signedIn.Headers.GetValues("Set-Cookie"));
        Assert.Contains("; samesite=strict; httponly", cookie, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(Open, HttpMethod.Get, "/", ("Cookie", cookie.Split(';')[0]))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(Open, HttpMethod.Get, "/", ("Cookie", cookie.Split(';')[0] + "x"))).StatusCode);
    }

    [Fact]
    public async Task Only_the_page_itself_changes_something()
    {
        var page = await (await SendAsync(Own, HttpMethod.Get, "/")).Content.ReadAsStringAsync(Cancelled);
        (string, string) token = ("X-Monitor-Token", ForgeryToken().Match(page).Groups[1].Value), origin = ("Origin", $"http://127.0.0.1:{Own.Address.Port}");
        const string Json = "application/json";

        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(Json, token));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(Json, origin));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(Json, origin, (token.Item1, token.Item2[1..])));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(Json, token, ("Origin", "http://127.0.0.1:1")));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(Json, token, ("Origin", "null")));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(Json, token, ("Origin", "http://rebound.example")));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(Json, token, origin, ("Sec-Fetch-Site", "cross-site")));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(Json, token, origin, ("Sec-Fetch-Site", "same-site")));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, await PostAsync("text/plain", token, origin));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, await PostAsync("application/x-www-form-urlencoded", token, origin));
        // Let in, it finds no such run.
        Assert.Equal(HttpStatusCode.Conflict, await PostAsync(Json, token, origin, ("Sec-Fetch-Site", "same-origin")));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await SendAsync(Own, HttpMethod.Get, "/api/runs/none/cancel")).StatusCode);
        foreach (var method in new[] { HttpMethod.Put, HttpMethod.Delete, HttpMethod.Patch, HttpMethod.Options })
            Assert.Equal(HttpStatusCode.MethodNotAllowed, (await SendAsync(Own, method, "/api/runs/none/cancel", token, origin)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(Own, HttpMethod.Get, "/api/events", ("Sec-Fetch-Site", "cross-site"))).StatusCode);
    }

    [Fact]
    public async Task What_does_not_exist_is_not_found()
    {
        foreach (var path in new[] { "/nowhere", "/page/nothing.js", "/page/..%2f..%2fMonitor.dll", "/api/events?run=../runs", "/api/events?run=UPPER" })
            Assert.Equal((path, HttpStatusCode.NotFound), (path, (await SendAsync(Own, HttpMethod.Get, path)).StatusCode));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_an_error_of_three_lines()
    {
        var (code, error) = await MonitorProcess.RunAsync(monitors.Root, "--port", $"{Own.Address.Port}");

        Assert.Equal(69, code);
        var lines = error.TrimEnd().Split('\n');
        Assert.Equal($"error: Port {Own.Address.Port} is in use, by another monitor perhaps.", lines[0]);
        Assert.Equal(3, lines.Length);
    }

    private async Task<HttpStatusCode> PostAsync(string type, params (string Name, string Value)[] headers) =>
        (await SendAsync(Own, HttpMethod.Post, "/api/runs/none/cancel", [.. headers, ("Content-Type", type)])).StatusCode;

    private async Task<HttpResponseMessage> SendAsync(MonitorProcess monitor, HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, $"http://127.0.0.1:{monitor.Address.Port}{path}");
        if (method == HttpMethod.Post)
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes("{}"));
        foreach (var (name, value) in headers)
            if (name == "Content-Type")
                request.Content!.Headers.ContentType = new MediaTypeHeaderValue(value);
            else
                request.Headers.TryAddWithoutValidation(name, value);
        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
    }

    /// <summary>One for this machine alone, one for others.</summary>
    public sealed class Monitors : IAsyncLifetime
    {
        private readonly CommandProject _project = new();

        public string Root => _project.Root;

        internal MonitorProcess? Own { get; private set; }

        internal MonitorProcess? Open { get; private set; }

        public async ValueTask InitializeAsync()
        {
            Own = await MonitorProcess.StartAsync(Root);
            Open = await MonitorProcess.StartAsync(Root, "--listen", "0.0.0.0");
        }

        public ValueTask DisposeAsync()
        {
            Own?.Dispose();
            Open?.Dispose();
            _project.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    [GeneratedRegex("name=\"forgery-token\" content=\"([^\"]+)\"")]
    private static partial Regex ForgeryToken();
}
