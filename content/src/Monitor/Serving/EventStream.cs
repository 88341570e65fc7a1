using Microsoft.AspNetCore.Http;
using TaskQueue.Contracts;
using TaskQueue.Monitor.Watch;
using TaskQueue.Records.Runs;

namespace TaskQueue.Monitor.Serving;

/// <summary>Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html): the state of what a page shows, each time that it changed.</summary>
internal static class EventStream
{
    /// <summary>A silent connection is taken for dead; and only by writing is a closed one found.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);

    private static ReadOnlySpan<byte> Comment => ":\n\n"u8;

    public static async Task WriteAsync(HttpContext context, Poller poller)
    {
        var run = context.Request.Query["run"].ToString() is { Length: > 0 } name ? name : null;
        if (run is not null && !IsName(run))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        using var subscription = poller.Subscribe(run);
        if (subscription is null)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }
        context.Response.ContentType = "text/event-stream";
        var (body, stop) = (context.Response.Body, context.RequestAborted);
        try
        {
            await body.FlushAsync(stop);
            while (!stop.IsCancellationRequested)
            {
                if (await subscription.NextAsync(Beat, stop) is { } message)
                    await body.WriteAsync(message, stop);
                else if (subscription.IsOver)
                    return;
                else
                    await body.WriteAsync(Comment.ToArray(), stop);
                await body.FlushAsync(stop);
            }
        }
        catch (OperationCanceledException) { }
    }

    private static bool IsName(string run)
    {
        try
        {
            return RunName.Check(run).Length > 0;
        }
        catch (TaskQueueException)
        {
            return false;
        }
    }
}
