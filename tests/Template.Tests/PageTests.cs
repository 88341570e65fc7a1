namespace TaskQueue.TemplateTests;

/// <summary>The command lines of the pages in docs/, in a project whose sample has been run.</summary>
[Collection(nameof(SandboxCollection))]
public sealed class PageTests(Sandbox sandbox)
{
    /// <summary>The command line is wrong, a fault of the program, a wrong setting.</summary>
    private static readonly int[] Faults = [64, 70, 78];

    /// <summary>Pages whose commands need more than this machine, and where they are run.</summary>
    private static readonly Dictionary<string, string> Elsewhere = new()
    {
        ["rabbitmq"] = "a broker: RabbitProjectTests",
        ["sqs"] = "a queue of Amazon's: SqsProjectTests",
        ["s3"] = "a bucket: CloudProjectTests",
        ["gcs"] = "a bucket: CloudProjectTests",
        ["kubernetes"] = "a cluster: AnyClusterTests",
        ["gke"] = "a cluster of Google's: ClusterScriptTests",
        ["messages"] = "a broker: OtherLanguageTests",
        ["container"] = "an image: ImageTests",
        ["upgrade"] = "a newer template: UpgradeTests",
        ["telemetry"] = "a collector: CollectorTests",
        ["any-program"] = "a task that runs one: GeneratedProjectTests",
    };

    /// <summary>Lines that do not end by themselves, or run other programs; their tests.</summary>
    private static readonly Dictionary<string, string> Endless = new()
    {
        ["dotnet run worker"] = "SignalTests",
        ["dotnet run worker --concurrency 8"] = "SignalTests",
        ["dotnet run worker --max-tasks 100"] = "RunCountTests",
        ["dotnet run worker --stop-after-failures 20"] = "OwnSettingsTests",
        ["dotnet run worker --name left"] = "WorkerLogTests",
        ["dotnet run monitor"] = "MonitorVerbTests",
        ["dotnet run monitor --port 8080"] = "MonitorVerbTests",
        ["dotnet run monitor --listen 0.0.0.0"] = "GateTests",
        ["bash scripts/start-workers.sh 4"] = "GeneratedProjectTests",
        ["dotnet run --project examples/map"] = "ExampleTests",
    };

    [Fact]
    public async Task Every_command_line_of_the_pages_runs()
    {
        var demo = (await sandbox.DemoAsync()).Folder;
        var project = Path.Join(sandbox.Folder("pages"), "Demo");
        await sandbox.Shell.SucceedAsync(demo, $"cp -r . '{project}'");
        await File.WriteAllTextAsync(
            Path.Join(project, "area.geojson"),
            """{"type": "Polygon", "coordinates": [[[21, -34], [21.2, -34], [21.2, -33.8], [21, -33.8], [21, -34]]]}""", TestContext.Current.CancellationToken);

        var lines = 0;
        foreach (var page in Directory.GetFiles(Path.Join(project, "docs"), "*.md").Order(StringComparer.Ordinal))
        {
            if (Elsewhere.ContainsKey(Path.GetFileNameWithoutExtension(page)))
                continue;
            await sandbox.Shell.SucceedAsync(project, Built("rm -rf output queue queue-* && dotnet run insert-tasks --run spring-2026 && dotnet run worker --exit-when-empty"));
            foreach (var line in ReadmeCommands.All(page).Where(line => !Endless.ContainsKey(line)))
            {
                var result = await sandbox.Shell.RunAsync(project, Built(line));
                Assert.False(Faults.Contains(result.Code), $"{page}: {line}\n{result.All}");
                lines++;
            }
        }

        Assert.InRange(lines, 35, 200);
    }

    /// <summary>The built program, which does not ask before it deletes.</summary>
    private static string Built(string line) => line.Replace("dotnet run ", "dotnet bin/Debug/net10.0/Demo.dll ", StringComparison.Ordinal)
        .Replace("delete-run ", "delete-run --yes ", StringComparison.Ordinal);
}
