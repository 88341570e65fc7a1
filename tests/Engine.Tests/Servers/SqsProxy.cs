using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace TaskQueue.Tests.Servers;

/// <summary>What tests do to requests and answers of SQS on their way through a <see cref="Proxy"/>.</summary>
internal static class SqsProxy
{
    /// <summary>The action that a request asks for.</summary>
    public static string ActionOf(HttpContext http) => http.Request.Headers["X-Amz-Target"].ToString().Split('.')[^1];

    public static Task ErrorAsync(HttpContext http, int status, string code)
    {
        http.Response.StatusCode = status;
        return WriteAsync(http, new JsonObject { ["__type"] = $"com.amazonaws.sqs#{code}", ["message"] = "scripted" });
    }

    /// <summary>Reads a request, which can still be passed on.</summary>
    public static async Task<JsonNode> ReadAsync(HttpContext http)
    {
        http.Request.Body.Position = 0;
        var json = await JsonNode.ParseAsync(http.Request.Body);
        http.Request.Body.Position = 0;
        return json!;
    }

    /// <summary>Has another request answered in place of this one.</summary>
    public static void Replace(HttpContext http, JsonNode json)
    {
        http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(json.ToJsonString()));
        http.Request.ContentLength = http.Request.Body.Length;
    }

    /// <summary>Has the request answered as usual; the caller decides what the client gets.</summary>
    public static async Task<JsonNode> AnswerOfAsync(HttpContext http, RequestDelegate next)
    {
        var client = http.Response.Body;
        using var answer = new MemoryStream();
        http.Response.Body = answer;
        await next(http);
        http.Response.Body = client;
        http.Response.ContentLength = null;
        return answer.Length == 0 ? new JsonObject() : JsonNode.Parse(answer.ToArray())!;
    }

    public static Task WriteAsync(HttpContext http, JsonNode json)
    {
        http.Response.ContentType = "application/x-amz-json-1.0";
        return http.Response.WriteAsync(json.ToJsonString());
    }
}
