using TaskQueue.Contracts;
using TaskQueue.Storage;

namespace TaskQueue.Reports.Results;

/// <summary>Gives the URL of the object that a row's result names, the first of several.</summary>
/// <param name="store">Signs it.</param>
/// <param name="objects">Finds the name.</param>
/// <param name="validFor">How long it opens the object.</param>
/// <param name="warned">Told once when the credentials cannot sign.</param>
internal sealed class ResultUrls(IObjectStore store, ResultObjects objects, TimeSpan validFor, Action<string> warned)
{
    /// <summary>The longest that buckets sign for.</summary>
    public const int MaxHours = 7 * 24;

    private bool _isRefused;

    /// <summary>Makes ready, and tells of credentials that cannot sign.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (await store.PrepareUrlsAsync(cancellationToken) is { } fault)
            warned(fault);
    }

    /// <returns>Null when the result names no object, or no URL of it can be had. Whether the object is there is not asked.</returns>
    public string? UrlOf(ResultRow row)
    {
        var name = _isRefused ? null : objects.FindIn(row.Result).FirstOrDefault(IsOutput);
        try
        {
            return name is null ? null : store.GetUrl(name, validFor)?.AbsoluteUri;
        }
        catch (TaskQueueException e) when (e.ExitCode == ExitCode.Permission)
        {
            _isRefused = true;
            warned($"result_url stays empty: {TaskQueueException.Summarize(e)}");
            return null;
        }
    }

    private static bool IsOutput(string name) => ObjectName.IsValid(name) && !OutputStore.IsRecord(name + "/");
}
