using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using TaskQueue.Contracts;
using TaskQueue.Monitor.Watch;
using TaskQueue.Reports;

namespace TaskQueue.Monitor.Serving;

/// <summary>What the page asks for.</summary>
internal static class Endpoints
{
    public static void Map(WebApplication application, PageFiles files, Actions actions, Poller poller)
    {
        application.UseRouting();
        application.MapMethods("/", ["GET", "HEAD"], files.WritePageAsync);
        application.MapMethods("/runs/{run}", ["GET", "HEAD"], files.WritePageAsync);
        application.MapMethods("/page/{name}", ["GET", "HEAD"], context => files.WriteAsync(context, (string)context.Request.RouteValues["name"]!));
        application.MapGet("/api/events", (RequestDelegate)(context => EventStream.WriteAsync(context, poller)));
        application.MapGet("/api/runs/{run}/log", (RequestDelegate)(context => AnswerAsync(
            context, async stop => new Answer(await actions.ReadLogAsync(RunOf(context), context.Request.Query["id"].ToString(), stop)))));
        application.MapPost("/api/runs/{run}/requeue", (RequestDelegate)(context => AnswerAsync(context, async stop =>
        {
            var wanted = await JsonSerializer.DeserializeAsync(context.Request.Body, PageJson.Default.RequeueRequest, stop);
            return new Answer(await actions.RequeueAsync(RunOf(context), wanted?.Id, stop));
        })));
        application.MapPost("/api/runs/{run}/cancel", (RequestDelegate)(context => AnswerAsync(
            context, async stop => new Answer(await actions.CancelAsync(RunOf(context), stop)))));
    }

    private static string RunOf(HttpContext context) => (string)context.Request.RouteValues["run"]!;

    /// <summary>An error is an answer too: what, where, what next.</summary>
    private static async Task AnswerAsync(HttpContext context, Func<CancellationToken, Task<Answer>> act)
    {
        Answer answer;
        try
        {
            answer = await act(context.RequestAborted);
        }
        catch (JsonException)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            answer = new("The request is not JSON.");
        }
        catch (Exception e) when (!context.RequestAborted.IsCancellationRequested)
        {
            var (lines, code) = ErrorLines.Of(e);
            context.Response.StatusCode = code is ExitCode.BadInput or ExitCode.Usage ? StatusCodes.Status409Conflict : StatusCodes.Status503ServiceUnavailable;
            answer = new(string.Join("\n", lines));
        }
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(answer, PageJson.Default.Answer), context.RequestAborted);
    }
}

/// <param name="Id">The row that is put back; null for all that failed.</param>
internal sealed record RequeueRequest(string? Id);

/// <param name="Text">For people.</param>
internal sealed record Answer(string Text);
