using System.Text.Json;
using System.Text.RegularExpressions;
using TaskQueue.Storage;

namespace TaskQueue.Reports.Results;

/// <summary>Finds the objects of the store that a result names.</summary>
/// <remarks>
/// The result itself, or a text in it, names one when it is a path or URL below CF_CLOUDPATH; or a relative name as
/// <c>context.Output</c> takes it that ends like a file, without white space: <c>tiles/a.tif</c>. All other texts are
/// words, and paths and URLs of elsewhere.
/// </remarks>
/// <param name="cloudPath">CF_CLOUDPATH as it stands in the settings.</param>
/// <param name="location">Where the store is.</param>
internal sealed partial class ResultObjects(string cloudPath, string location)
{
    private readonly string[] _roots = [.. new[] { location, cloudPath }.Select(root => root.TrimEnd('/') + "/").Where(root => root != "/").Distinct()];

    /// <summary>The names, in the order of the result; they may be no valid names of objects.</summary>
    public IEnumerable<string> FindIn(JsonElement? result) =>
        result is { } value ? TextsOf(value).Select(NameOf).OfType<string>() : [];

    private static IEnumerable<string> TextsOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Object => value.EnumerateObject().SelectMany(property => TextsOf(property.Value)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(TextsOf),
        _ => [],
    };

    private string? NameOf(string text)
    {
        var path = text.StartsWith("file:", StringComparison.OrdinalIgnoreCase) ? PathOf(text) : text;
        if (Array.Find(_roots, root => path.StartsWith(root, StringComparison.Ordinal) && path.Length > root.Length) is { } root)
            return path[root.Length..].TrimEnd('/');

        var name = text.TrimEnd('/');
        return StoreUrl.Parse(text) is null && !Path.IsPathRooted(text) && EndsLikeFile().IsMatch(name) ? name : null;
    }

    private static string PathOf(string url) =>
        StoreUrl.Parse(url) is { Scheme: "file", Host: "" or "localhost" } local ? local.ToLocalPath() : url;

    [GeneratedRegex(@"\A[^\s\\\p{C}]*[^\s\\\p{C}/]\.[A-Za-z][A-Za-z0-9]{0,9}\z")]
    private static partial Regex EndsLikeFile();
}
