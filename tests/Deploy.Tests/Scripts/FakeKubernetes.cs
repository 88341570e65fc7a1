using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using TaskQueue.Tests.Servers;

namespace TaskQueue.DeployTests.Scripts;

/// <summary>As much of the Kubernetes API as the real kubectl asks for to apply, list and delete. It keeps every object.</summary>
internal sealed class FakeKubernetes : IAsyncDisposable
{
    private static readonly (string Group, string Plural, string Kind, bool IsNamespaced)[] Known =
    [
        ("v1", "namespaces", "Namespace", false), ("v1", "serviceaccounts", "ServiceAccount", true),
        ("v1", "configmaps", "ConfigMap", true), ("v1", "secrets", "Secret", true),
        ("v1", "pods", "Pod", true), ("v1", "services", "Service", true), ("v1", "persistentvolumeclaims", "PersistentVolumeClaim", true),
        ("apps/v1", "deployments", "Deployment", true), ("batch/v1", "jobs", "Job", true),
        ("networking.k8s.io/v1", "networkpolicies", "NetworkPolicy", true),
        ("apiextensions.k8s.io/v1", "customresourcedefinitions", "CustomResourceDefinition", false),
        ("keda.sh/v1alpha1", "scaledobjects", "ScaledObject", true), ("keda.sh/v1alpha1", "scaledjobs", "ScaledJob", true),
        ("keda.sh/v1alpha1", "triggerauthentications", "TriggerAuthentication", true),
    ];

    private readonly ConcurrentDictionary<string, JsonObject> _objects = new();
    private readonly ConcurrentQueue<RecordedRequest> _requests = new();
    private readonly Task<TestServer> _server;

    public FakeKubernetes() => _server = TestServer.StartAsync(AnswerAsync);

    public IReadOnlyList<RecordedRequest> Requests => [.. _requests];

    /// <summary>The condition with which a Job ends as soon as it is made; null for a Job that goes on.</summary>
    public string? JobEnd { get; set; }

    /// <summary>A kind of object that this cluster accepts no more; null when it accepts all.</summary>
    public string? RefusedKind { get; set; }

    /// <summary>The objects of a kind, by name.</summary>
    public IReadOnlyDictionary<string, JsonObject> Objects(string plural) => _objects
        .Where(known => known.Key.Split('/')[^2] == plural)
        .ToDictionary(known => known.Key.Split('/')[^1], known => known.Value);

    /// <summary>Says that KEDA is in the cluster.</summary>
    public void InstallKeda() => _objects["/apis/apiextensions.k8s.io/v1/customresourcedefinitions/scaledjobs.keda.sh"] = new()
    {
        ["apiVersion"] = "apiextensions.k8s.io/v1",
        ["kind"] = "CustomResourceDefinition",
        ["metadata"] = new JsonObject { ["name"] = "scaledjobs.keda.sh" },
    };

    /// <summary>A kubeconfig with this server as a context; the current context is another one, where nobody answers.</summary>
    public async Task<string> WriteConfigAsync(string folder, string context)
    {
        var path = Path.Join(folder, "kubeconfig");
        await File.WriteAllTextAsync(
            path,
            $$$"""
            apiVersion: v1
            kind: Config
            clusters: [{name: fake, cluster: {server: "{{{(await _server).Url}}}"}}, {name: other, cluster: {server: "http://127.0.0.1:1"}}]
            users: [{name: nobody, user: {}}]
            contexts: [{name: {{{context}}}, context: {cluster: fake, user: nobody}}, {name: other, context: {cluster: other, user: nobody}}]
            current-context: other
            """);
        return path;
    }

    public async ValueTask DisposeAsync() => await (await _server).DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var request = await RecordedRequest.ReadAsync(context.Request);
        _requests.Enqueue(request);
        var (code, answer) = Answer(request, isTrial: context.Request.Query["dryRun"] == "All");
        context.Response.StatusCode = code;
        await context.Response.WriteAsJsonAsync(answer);
    }

    private (int Code, JsonObject Answer) Answer(RecordedRequest request, bool isTrial) => request.Path.Trim('/').Split('/') switch
    {
        ["version"] => (200, new() { ["major"] = "1", ["minor"] = "32", ["gitVersion"] = "v1.32.0" }),
        ["api"] => (200, new() { ["kind"] = "APIVersions", ["versions"] = new JsonArray("v1") }),
        ["apis"] => (200, Groups()),
        ["api", "v1"] => (200, Resources("v1")),
        ["apis", var group, var version] => (200, Resources($"{group}/{version}")),
        ["openapi", ..] => NotFound(request.Path),
        _ => OfObject(request, isTrial),
    };

    private (int Code, JsonObject Answer) OfObject(RecordedRequest request, bool isTrial)
    {
        var path = request.Path.TrimEnd('/');
        var isCollection = Known.Any(known => known.Plural == path.Split('/')[^1]);
        return request.Method switch
        {
            "GET" when isCollection => (200, ListOf(path)),
            "PATCH" when !IsThere(path) => NotFound(path),
            "PATCH" when request.Body!["kind"]!.GetValue<string>() == RefusedKind => Status(422, "Invalid", $"This {RefusedKind} is not accepted."),
            "PATCH" when !_objects.ContainsKey(path) => Create(path, request.Body!.AsObject(), isTrial),
            _ when !_objects.TryGetValue(path, out var found) => NotFound(path),
            "GET" => (200, (JsonObject)_objects[path].DeepClone()),
            "PATCH" => Update(path, request.Body!.AsObject(), isTrial),
            "DELETE" when _objects.TryRemove(path, out _) => (200, new() { ["kind"] = "Status", ["apiVersion"] = "v1", ["status"] = "Success" }),
            _ => NotFound(path),
        };
    }

    /// <summary>Whether the namespace that a path names is there: nothing is made, or tried, in another.</summary>
    private bool IsThere(string path) => path.Split("/namespaces/") is not [_, var rest] || !rest.Contains('/') || _objects.ContainsKey($"/api/v1/namespaces/{rest.Split('/')[0]}");

    private (int Code, JsonObject Answer) Create(string path, JsonObject content, bool isTrial)
    {
        var made = (JsonObject)content.DeepClone();
        made["metadata"]!["uid"] = Guid.NewGuid().ToString();
        made["metadata"]!["resourceVersion"] = "1";
        if (made["kind"]!.GetValue<string>() == "Job" && JobEnd is not null)
            made["status"] = new JsonObject { ["conditions"] = new JsonArray(new JsonObject { ["type"] = JobEnd, ["status"] = "True" }) };
        if (!isTrial)
            _objects[path] = made;
        return (201, (JsonObject)made.DeepClone());
    }

    private (int Code, JsonObject Answer) Update(string path, JsonObject patch, bool isTrial)
    {
        var changed = (JsonObject)_objects[path].DeepClone();
        Merge(changed, patch);
        if (!isTrial)
            _objects[path] = changed;
        return (200, (JsonObject)changed.DeepClone());
    }

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
            if (value is JsonObject inner && target[name] is JsonObject existing)
                Merge(existing, inner);
            else
                target[name] = value?.DeepClone();
    }

    private JsonObject ListOf(string path)
    {
        var known = Known.Single(known => known.Plural == path.Split('/')[^1]);
        return new()
        {
            ["kind"] = $"{known.Kind}List",
            ["apiVersion"] = known.Group,
            ["metadata"] = new JsonObject { ["resourceVersion"] = "1" },
            ["items"] = new JsonArray([.. _objects.Where(item => Path.GetDirectoryName(item.Key) == path).Select(item => item.Value.DeepClone())]),
        };
    }

    private static JsonObject Groups() => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. Known.Select(known => known.Group).Where(group => group.Contains('/')).Distinct().Select(group => new JsonObject
        {
            ["name"] = group.Split('/')[0],
            ["versions"] = new JsonArray(new JsonObject { ["groupVersion"] = group, ["version"] = group.Split('/')[1] }),
            ["preferredVersion"] = new JsonObject { ["groupVersion"] = group, ["version"] = group.Split('/')[1] },
        })]),
    };

    private static JsonObject Resources(string group) => new()
    {
        ["kind"] = "APIResourceList",
        ["apiVersion"] = "v1",
        ["groupVersion"] = group,
        ["resources"] = new JsonArray([.. Known.Where(known => known.Group == group).Select(known => new JsonObject
        {
            ["name"] = known.Plural,
            ["singularName"] = known.Kind.ToLowerInvariant(),
            ["namespaced"] = known.IsNamespaced,
            ["kind"] = known.Kind,
            ["shortNames"] = known.Plural == "customresourcedefinitions" ? new JsonArray("crd") : new JsonArray(),
            ["verbs"] = new JsonArray("create", "delete", "get", "list", "patch", "update", "watch"),
        })]),
    };

    private static (int Code, JsonObject Answer) NotFound(string path) => Status(404, "NotFound", $"There is no {path}.");

    private static (int Code, JsonObject Answer) Status(int code, string reason, string message) => (code, new()
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["status"] = "Failure",
        ["reason"] = reason,
        ["code"] = code,
        ["message"] = message,
    });
}
