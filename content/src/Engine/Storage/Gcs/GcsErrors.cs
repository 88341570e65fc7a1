using System.Net;
using Google;
using TaskQueue.Contracts;
using TaskQueue.Storage.Streams;

namespace TaskQueue.Storage.Gcs;

/// <summary>Says what an answer of Google Cloud Storage means to a person.</summary>
internal static class GcsErrors
{
    private const int LongestReason = 200;

    /// <summary>Whether there is no such object; a missing bucket has the same number.</summary>
    public static bool IsMissing(GoogleApiException e) => e.HttpStatusCode == HttpStatusCode.NotFound
        && !Reason(e).Contains("bucket does not exist", StringComparison.OrdinalIgnoreCase);

    public static TaskQueueException Explain(Exception exception, string verb, string location) => exception switch
    {
        ArgumentException { ParamName: "bucket" } e => new(
            ExitCode.Configuration, $"Cannot {verb} '{location}': no bucket can have this name.", next:
            "Correct CF_CLOUDPATH.", cause: e),
        GoogleApiException { HttpStatusCode: HttpStatusCode.NotFound } e => new(
            ExitCode.Configuration, $"Cannot {verb} '{location}': {Reason(e)}", next:
            "Create the bucket, or correct CF_CLOUDPATH.", cause: e),
        GoogleApiException { HttpStatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } e => new(
            ExitCode.Permission, $"Not permitted to {verb} '{location}': {Reason(e)}", next:
            "Grant roles/storage.objectUser on the bucket to the account that runs this, or use another account.", cause: e),
        GoogleApiException { HttpStatusCode: >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest } e => new(
            ExitCode.Unavailable, $"Cannot {verb} '{location}': redirects are not followed.", next:
            "Check STORAGE_EMULATOR_HOST and any proxy on the way.", cause: e),
        GoogleApiException { HttpStatusCode: >= HttpStatusCode.BadRequest } e => new(
            ExitCode.Unavailable, $"Cannot {verb} '{location}': {(int)e.HttpStatusCode} {Reason(e)}", next:
            "Try again later; STORAGE_EMULATOR_HOST, if set, has to name a storage service.", cause: e)
        {
            IsTransient = HttpRetries.MayPass(e.HttpStatusCode),
        },
        HttpRequestException or IOException => new(
            ExitCode.Unavailable, $"Cannot {verb} '{location}': {FirstLine(exception.GetBaseException().Message)}", next:
            "Check the network, and STORAGE_EMULATOR_HOST if it is set.", cause: exception)
        { IsTransient = true },
        // The library lets through any exception of its readers of JSON and headers.
        _ => new(
            ExitCode.Unavailable, $"Cannot {verb} '{location}': the answer is not one of a storage service.", next:
            "Check STORAGE_EMULATOR_HOST and any proxy on the way.", cause: exception)
        { IsTransient = true },
    };

    public static TaskQueueException NoCredentials(string why, Exception cause) => new(
        ExitCode.Permission, $"There are no Google credentials: {FirstLine(why)}", next:
        "Run 'gcloud auth application-default login', set GOOGLE_APPLICATION_CREDENTIALS, or give the machine an account.",
        cause: cause);

    /// <summary>What the service says: its message where it sends one, else the start of its text.</summary>
    private static string Reason(GoogleApiException e)
    {
        if (e.Error is { Message: { Length: > 0 } message })
            return FirstLine(message);

        var text = e.Error?.ErrorResponseContent?.Trim() ?? "";
        return text.StartsWith('<') ? "the answer is a web page, not one of a storage service." : FirstLine(text);
    }

    private static string FirstLine(string text)
    {
        var line = text.Split('\n')[0].Trim();
        return line.Length > LongestReason ? line[..LongestReason] : line;
    }
}
