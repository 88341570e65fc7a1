using TaskQueue.Contracts;
using TaskQueue.Storage.Buckets;
using TaskQueue.Storage.Folder;
using TaskQueue.Storage.Gcs;
using TaskQueue.Storage.Inputs;
using TaskQueue.Tests.Storage;
using TaskQueue.Tests.Storage.Gcs;
using TaskQueue.Tests.Storage.S3;

namespace TaskQueue.Tests.Children;

/// <summary>Processes that use a store.</summary>
internal static class StoreChild
{
    public const int ObjectSize = 300_000;

    /// <summary>Downloads inputs, all at once, and writes what is in them to stdout, a line each.</summary>
    /// <param name="args">Paths or URLs; what is missing is said to be.</param>
    public static async Task CopyInputsAsync(string[] args)
    {
        using var sources = new InputSources("/");
        using var inputs = sources.ForTask();
        foreach (var text in await Task.WhenAll(args.Select(location => CopyAsync(inputs, location))))
            Console.WriteLine(text);
    }

    /// <summary>Writes the access token that the default credentials give to stdout.</summary>
    /// <param name="args">"again" to say on stdout that there is none, and try again after a line on stdin.</param>
    public static async Task WriteGoogleTokenAsync(string[] args)
    {
        try
        {
            Console.WriteLine(await GcsCredentials.GetTokenAsync(CancellationToken.None));
        }
        catch (TaskQueueException e) when (args is ["again"])
        {
            Console.WriteLine(e.ExitCode);
            await Console.In.ReadLineAsync();
            await WriteGoogleTokenAsync(args);
        }
    }

    /// <param name="args">The store's folder, and the number of bytes.</param>
    public static async Task WriteObjectAsync(string[] args) =>
        await new FolderStore(args[0]).WriteAsync("a/b", new byte[int.Parse(args[1], null)]);

    /// <param name="args">Endpoint, bucket and name.</param>
    public static Task WriteLargeToS3Async(string[] args) => WriteLargeAsync(S3StoreTests.Open(args[0], args[1], "prefix"), args[2]);

    /// <param name="args">Endpoint, bucket and name.</param>
    public static Task WriteLargeToGcsAsync(string[] args) => WriteLargeAsync(GcsStoreTests.Open(args[0], args[1], "prefix"), args[2]);

    private static Task WriteLargeAsync(BucketStore store, string name) => store.WriteAsync(name, new UnseekableStream(new byte[20 << 20]), default);

    private static async Task<string> CopyAsync(InputSource inputs, string location)
    {
        try
        {
            return await File.ReadAllTextAsync(await inputs.DownloadAsync(location));
        }
        catch (FileNotFoundException)
        {
            return "missing";
        }
    }

    /// <summary>Writes objects, each full of one byte, and says so on stdout after each; never ends.</summary>
    /// <param name="args">The store's folder.</param>
    public static Task WriteForeverAsync(string[] args)
    {
        var store = new FolderStore(args[0]);
        return Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
        {
            for (var i = 0; ; i++)
            {
                var content = new byte[ObjectSize];
                content.AsSpan().Fill((byte)i);
                await (i % 2 == 0
                    ? store.WriteAsync($"{writer}/{i % 10}", content)
                    : store.WriteIfAbsentAsync($"{writer}/{Guid.NewGuid():n}", content));
                Console.WriteLine(i);
            }
        }));
    }
}
