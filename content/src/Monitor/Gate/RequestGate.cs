using Microsoft.AspNetCore.Http;

namespace TaskQueue.Monitor.Gate;

/// <summary>Lets in what this page's own script asks for, and nobody else.</summary>
/// <param name="options">Whether the page is open to others.</param>
internal sealed class RequestGate(MonitorOptions options)
{
    public const string ForgeryHeader = "X-Monitor-Token";
    private const string TokenName = "token";
    private const string Json = "application/json";

    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

    private readonly HostNames _hosts = new(options);

    /// <summary>Is asked of browsers that come from other machines; null when none can.</summary>
    public Secret? Token { get; } = options.IsOpenToOthers ? new() : null;

    /// <summary>Stands in the page, which no other site can read, and comes back with each change.</summary>
    public Secret Forgery { get; } = new();

    /// <summary>Cookies know no ports: two monitors of one machine must not take each other's.</summary>
    private string CookieName => $"dltaskqueue-monitor-{options.Port}";

    public Task PassAsync(HttpContext context, RequestDelegate next)
    {
        WriteHeaders(context.Response.Headers);
        if (!_hosts.Knows(context.Request.Host))
            return RefuseAsync(context, StatusCodes.Status421MisdirectedRequest, "This name does not belong to the monitor. Use the address that it printed.");
        if (Token is not null && context.Request.Query[TokenName] is [{ } given])
            return SignInAsync(context, given);
        if (Token is not null && !Token.Is(context.Request.Cookies[CookieName]))
            return RefuseAsync(context, StatusCodes.Status401Unauthorized, "Open the address that the monitor printed at its start: its token lets you in.");
        return FindFault(context.Request) is { } fault ? RefuseAsync(context, fault.Status, fault.Reason) : next(context);
    }

    private static void WriteHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
    }

    private Task SignInAsync(HttpContext context, string given)
    {
        if (!Token!.Is(given))
            return RefuseAsync(context, StatusCodes.Status401Unauthorized, "This token is not that of the running monitor: each start makes a new one.");
        context.Response.Cookies.Append(CookieName, Token.Text, new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/" });
        // The token leaves the address bar, and is in no history of links.
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = context.Request.Path.StartsWithSegments("/runs") ? context.Request.Path.ToUriComponent() : "/";
        return Task.CompletedTask;
    }

    private (int Status, string Reason)? FindFault(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            return request.Path.StartsWithSegments("/api") && !IsOfThisSite(request)
                ? (StatusCodes.Status403Forbidden, "Another site's page may not ask for this.")
                : null;
        if (!HttpMethods.IsPost(request.Method))
            return (StatusCodes.Status405MethodNotAllowed, "Only GET and POST are answered.");
        if (!IsOfThisSite(request) || !IsFromHere(request))
            return (StatusCodes.Status403Forbidden, "Another site's page may not change anything.");
        if (!Forgery.Is(request.Headers[ForgeryHeader]))
            return (StatusCodes.Status403Forbidden, "The monitor was started again: reload the page.");
        return request.ContentType?.Split(';')[0].Trim().Equals(Json, StringComparison.OrdinalIgnoreCase) == true
            ? null
            : (StatusCodes.Status415UnsupportedMediaType, $"Only {Json} is read.");
    }

    /// <summary>What a browser says of the page that asks; other programs say nothing.</summary>
    private static bool IsOfThisSite(HttpRequest request) => request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none";

    /// <summary>Every browser names the origin of a POST.</summary>
    private static bool IsFromHere(HttpRequest request) =>
        Uri.TryCreate(request.Headers.Origin, UriKind.Absolute, out var origin)
        && origin.Authority.Equals(new Uri($"{origin.Scheme}://{request.Host}").Authority, StringComparison.OrdinalIgnoreCase);

    private static Task RefuseAsync(HttpContext context, int status, string reason)
    {
        context.Response.StatusCode = status;
        if (status == StatusCodes.Status405MethodNotAllowed)
            context.Response.Headers.Allow = "GET, POST";
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(reason + "\n", context.RequestAborted);
    }
}
