using System.Net;
using System.Text.Json;
using TaskQueue.Contracts;

namespace TaskQueue.Storage.Gcs;

/// <summary>Says what an answer of Google Cloud Storage means to a person.</summary>
internal static class GcsErrors
{
    private const int LongestReason = 200;

    public static bool MayPass(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;

    public static TaskQueueException Explain(HttpStatusCode status, string reason, GcsQuestion what) => status switch
    {
        HttpStatusCode.NotFound => new(
            ExitCode.Configuration, $"Cannot {what.Verb} '{what.Location}': {reason}", next:
            "Create the bucket, or correct CF_CLOUDPATH."),
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new(
            ExitCode.Permission, $"Not permitted to {what.Verb} '{what.Location}': {reason}", next:
            "Grant roles/storage.objectUser on the bucket to the account that runs this, or use another account."),
        >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => new(
            ExitCode.Unavailable, $"Cannot {what.Verb} '{what.Location}': redirects are not followed.", next:
            "Check STORAGE_EMULATOR_HOST and any proxy on the way."),
        _ => new(
            ExitCode.Unavailable, $"Cannot {what.Verb} '{what.Location}': {(int)status} {reason}", next:
            "Try again later; STORAGE_EMULATOR_HOST, if set, has to name a storage service."),
    };

    public static TaskQueueException Unreachable(Exception cause, GcsQuestion what) => new(
        ExitCode.Unavailable, $"Cannot {what.Verb} '{what.Location}': {cause.GetBaseException().Message}", next:
        "Check the network, and STORAGE_EMULATOR_HOST if it is set.", cause: cause);

    public static TaskQueueException NotOurs(GcsQuestion what, Exception? cause = null) => new(
        ExitCode.Unavailable, $"Cannot {what.Verb} '{what.Location}': the answer is not one of a storage service.", next:
        "Check STORAGE_EMULATOR_HOST and any proxy on the way.", cause: cause);

    public static TaskQueueException Damaged(GcsQuestion what) => new(
        ExitCode.Unavailable, $"'{what.Location}' was damaged on its way: its checksum differs.", next: "Write it again.");

    public static TaskQueueException NoCredentials(Exception cause) => new(
        ExitCode.Permission, $"There are no Google credentials: {FirstLine(cause.Message)}", next:
        "Run 'gcloud auth application-default login', set GOOGLE_APPLICATION_CREDENTIALS, or give the machine an account.",
        cause: cause);

    /// <summary>What the server says: its message where it sends one, else the start of its text.</summary>
    public static async Task<string> ReasonAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        if (answer.Content.Headers.ContentType?.MediaType is "text/html")
            return "the answer is a web page, not one of a storage service.";

        return FirstLine(FindMessage(text) ?? text);
    }

    private static string? FindMessage(string text)
    {
        try
        {
            return JsonElement.Parse(text).GetProperty("error").GetProperty("message").GetString();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string FirstLine(string text)
    {
        var line = text.Split('\n')[0].Trim();
        return line.Length > LongestReason ? line[..LongestReason] : line;
    }
}
