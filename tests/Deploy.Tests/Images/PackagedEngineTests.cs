namespace TaskQueue.DeployTests.Images;

/// <summary>The image of a project that has its engine, and a kind of queue, as packages from a feed in a folder. It takes minutes: at night.</summary>
[Collection(nameof(ProjectImageCollection))]
public sealed class PackagedEngineTests(ProjectImage image, Workspace workspace) : IAsyncLifetime
{
    private const string Tag = "localhost/packaged";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("IMAGE_OF_PACKAGES") == "1", "At night: IMAGE_OF_PACKAGES=1");
        await image.WhenBuilt();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Its_image_does_the_work_and_knows_the_kinds_that_it_has()
    {
        var project = await workspace.Sandbox.GenerateAsync("packaged", options: "--engine package --queue file sqs --storage local --deploy none --tests false");
        var feed = await workspace.Sandbox.FeedAsync();
        // In the image's build, the packages of others are where they are on every machine; ours are restored for this build alone.
        await File.WriteAllTextAsync(Path.Join(project, "nuget.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="/tmp/engine-packages" /></config>
              <fallbackPackageFolders><add key="shared" value="/root/.nuget/packages" /></fallbackPackageFolders>
              <packageSources><add key="engine" value="{feed}" /></packageSources>
            </configuration>
            """, Cancelled);
        await image.Containers.BuildAsync(project, Tag, folders: feed);
        var (_, mounted) = image.Mount("packaged-data");

        var insert = await image.Containers.RunAsync([.. mounted, Tag, "insert-tasks"]);
        var worker = await image.Containers.RunAsync([.. mounted, Tag, "worker", "--exit-when-empty"]);
        var status = await image.Containers.RunAsync([.. mounted, Tag, "status"]);
        var sqs = await image.Containers.RunAsync([.. mounted, "--env", "TASKQUEUE_PATH=sqs://work", Tag, "status"]);
        var rabbit = await image.Containers.RunAsync([.. mounted, "--env", "TASKQUEUE_PATH=amqp://127.0.0.1/work", Tag, "status"]);

        Assert.True(insert.Code == 0, insert.All);
        Assert.True(worker.Code == 0, worker.All);
        Assert.Contains("240 of 240", status.Output, StringComparison.Ordinal);
        Assert.Contains("region", sqs.Error, StringComparison.Ordinal);
        Assert.Contains("names no known kind of queue: 'amqp://...'", rabbit.Error, StringComparison.Ordinal);
    }
}
