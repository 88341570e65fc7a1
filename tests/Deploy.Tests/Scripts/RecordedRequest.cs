using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace TaskQueue.DeployTests.Scripts;

/// <param name="Method">Such as POST.</param>
/// <param name="Path">Without the query.</param>
/// <param name="Body">What was sent; null when it is no JSON.</param>
internal sealed record RecordedRequest(string Method, string Path, JsonNode? Body)
{
    public static async Task<RecordedRequest> ReadAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var text = await reader.ReadToEndAsync();
        JsonNode? body = null;
        try
        {
            body = text.Length > 0 ? JsonNode.Parse(text) : null;
        }
        catch (JsonException)
        {
            // No JSON, and no test looks at it.
        }

        return new(request.Method, request.Path, body);
    }
}
