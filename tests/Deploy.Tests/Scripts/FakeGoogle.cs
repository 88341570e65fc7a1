using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using TaskQueue.Tests.Servers;

namespace TaskQueue.DeployTests.Scripts;

/// <summary>As much of Google Cloud as the real gcloud asks for on behalf of the scripts. It records every request.</summary>
internal sealed class FakeGoogle : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, JsonObject> _objects = new();
    private readonly ConcurrentQueue<RecordedRequest> _requests = new();
    private readonly Task<TestServer> _server;

    public FakeGoogle() => _server = TestServer.StartAsync(AnswerAsync);

    public IReadOnlyList<RecordedRequest> Requests => [.. _requests];

    /// <summary>Requests that changed something.</summary>
    public IEnumerable<RecordedRequest> Changes => _requests.Where(request => request.Method != "GET");

    /// <summary>Disks that a deleted cluster left behind.</summary>
    public string[] Disks { get; set; } = [];

    /// <summary>The environment that sends gcloud here, with no account and no configuration of the person at the machine.</summary>
    public async Task<Dictionary<string, string>> EnvironmentAsync(string folder)
    {
        var url = (await _server).Url + "/";
        var environment = new Dictionary<string, string>
        {
            ["CLOUDSDK_CONFIG"] = Path.Join(folder, "gcloud"),
            ["CLOUDSDK_AUTH_DISABLE_CREDENTIALS"] = "true",
            ["CLOUDSDK_CORE_DISABLE_USAGE_REPORTING"] = "true",
            ["CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK"] = "true",
        };
        foreach (var api in new[] { "CONTAINER", "COMPUTE", "STORAGE", "CLOUDRESOURCEMANAGER", "ARTIFACTREGISTRY", "SERVICEUSAGE" })
            environment[$"CLOUDSDK_API_ENDPOINT_OVERRIDES_{api}"] = api switch
            {
                "COMPUTE" => $"{url}compute/v1/",
                "STORAGE" => $"{url}storage/v1/",
                _ => url,
            };
        return environment;
    }

    public async ValueTask DisposeAsync() => await (await _server).DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var request = await RecordedRequest.ReadAsync(context.Request);
        _requests.Enqueue(request);
        var answer = Answer(request);
        context.Response.StatusCode = answer is null ? 404 : 200;
        await context.Response.WriteAsJsonAsync(answer ?? new JsonObject { ["error"] = new JsonObject { ["code"] = 404, ["status"] = "NOT_FOUND", ["message"] = $"There is no {request.Path}." } });
    }

    private JsonObject? Answer(RecordedRequest request) => request.Path.Trim('/').Split('/') switch
    {
        ["compute", "v1", "projects", _, "aggregated", var kind] => List(kind),
        ["storage", "v1", "b", _, "iam"] => new() { ["kind"] = "storage#policy", ["etag"] = "CAE=", ["bindings"] = new JsonArray() },
        ["v1", "projects", var id] => new() { ["projectId"] = id, ["projectNumber"] = "123456789", ["lifecycleState"] = "ACTIVE" },
        [.., "repositories"] when request.Method == "GET" => new() { ["repositories"] = new JsonArray() },
        [.., "repositories"] => new() { ["name"] = "operations/1", ["done"] = true },
        [.., "services", _] => new() { ["state"] = "ENABLED" },
        [.., "operations", _] => Operation(request.Path),
        [.., "clusters" or "nodePools"] when request.Method == "POST" => Create(request),
        [.., "clusters" or "nodePools"] => new() { [request.Path.Split('/')[^1]] = Children(request.Path) },
        _ when request.Method == "DELETE" => _objects.TryRemove(request.Path, out _) ? Operation(request.Path) : null,
        _ when request.Method is "PUT" or "POST" => Operation(request.Path),
        _ => _objects.TryGetValue(request.Path, out var found) ? (JsonObject)found.DeepClone() : null,
    };

    private JsonObject Create(RecordedRequest request)
    {
        var made = (JsonObject)(request.Body!["cluster"] ?? request.Body["nodePool"])!.DeepClone();
        var path = $"{request.Path}/{made["name"]}";
        var location = request.Path.Split('/')[5];
        made["status"] = "RUNNING";
        made["location"] = location;
        made["zone"] = location;
        made["endpoint"] = "127.0.0.1";
        made["selfLink"] = $"https://container.googleapis.com{path}";
        made["masterAuth"] = new JsonObject { ["clusterCaCertificate"] = "eA==" };
        _objects[path] = made;
        return Operation(path);
    }

    private JsonArray Children(string path) =>
        [.. _objects.Where(known => Path.GetDirectoryName(known.Key) == path).Select(known => known.Value.DeepClone())];

    private static JsonObject Operation(string target) => new()
    {
        ["name"] = "operation-1",
        ["status"] = "DONE",
        ["operationType"] = "CREATE_CLUSTER",
        ["zone"] = "us-west1-a",
        ["selfLink"] = "https://container.googleapis.com/v1/projects/my-project/locations/us-west1-a/operations/operation-1",
        ["targetLink"] = $"https://container.googleapis.com{target}",
    };

    private JsonObject List(string kind) => new()
    {
        ["items"] = new JsonObject
        {
            ["zones/us-west1-a"] = new JsonObject
            {
                [kind] = new JsonArray([.. (kind == "disks" ? Disks : []).Select(name => new JsonObject
                {
                    ["name"] = name,
                    ["zone"] = "https://www.googleapis.com/compute/v1/projects/my-project/zones/us-west1-a",
                })]),
            },
        },
    };
}
